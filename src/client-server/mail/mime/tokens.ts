/** A piece of a structured field (RFC 5322 §3.2, RFC 2045 §5.1). Comments are kept: some hold a name. */
export type Token =
  | { readonly is: 'word'; readonly text: string }
  /** Without its quotes and backslashes. */
  | { readonly is: 'quoted'; readonly text: string }
  | { readonly is: 'comment'; readonly text: string }
  /** `[…]`, brackets included. */
  | { readonly is: 'domain'; readonly text: string }
  | { readonly is: 'special'; readonly text: string }

/** Of addresses. */
const SPECIALS = '<>@,;:'
const CUTS_SOMEWHERE = `${SPECIALS}=`
/** What ends a word: blanks, specials, and what begins another kind of token. */
const END_OF_WORD = /[\s()<>@,;:="[\]]/g

/** Cuts a field into tokens, in one pass; what is never closed ends with the field. `specials` cut words. */
export function tokenize(text: string, specials = SPECIALS): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < text.length;) {
    const char = text[at]!
    if (/\s/.test(char)) at++
    else if (char === '"') at = pushEnclosed(tokens, text, at, 'quoted')
    else if (char === '(') at = pushEnclosed(tokens, text, at, 'comment')
    else if (char === '[') at = pushDomain(tokens, text, at)
    else if (specials.includes(char)) at = push(tokens, { is: 'special', text: char }, at + 1)
    else at = pushWord(tokens, text, at, specials)
  }
  return tokens
}

function push(tokens: Token[], token: Token, end: number): number {
  tokens.push(token)
  return end
}

function pushWord(tokens: Token[], text: string, start: number, specials: string): number {
  END_OF_WORD.lastIndex = start + 1
  for (;;) {
    const found = END_OF_WORD.exec(text)
    const end = found ? found.index : text.length
    // A char that is special elsewhere only does not end a word here.
    if (found && CUTS_SOMEWHERE.includes(found[0]) && !specials.includes(found[0])) continue
    return push(tokens, { is: 'word', text: text.slice(start, end) }, end)
  }
}

function pushDomain(tokens: Token[], text: string, start: number): number {
  const close = text.indexOf(']', start)
  const end = close < 0 ? text.length : close + 1
  return push(tokens, { is: 'domain', text: text.slice(start, end) }, end)
}

function pushEnclosed(tokens: Token[], text: string, start: number, is: 'quoted' | 'comment'): number {
  const close = is === 'quoted' ? '"' : ')'
  let inside = ''
  let depth = 1
  let at = start + 1
  for (; at < text.length; at++) {
    const char = text[at]!
    if (char === '\\' && at + 1 < text.length) {
      inside += text[++at]
      continue
    }
    if (is === 'comment' && char === '(') depth++
    if (char === close && --depth === 0) break
    inside += char
  }
  return push(tokens, { is, text: inside }, at + 1)
}
