/** What a reader cannot see or what turns the text's direction (Unicode TR 36 §2.6). */
const INVISIBLE = /\p{C}|[\u2028\u2029\u115f\u1160\u3164\uffa0\u2800\ufffd]/gu

/**
 * Words of a stranger as they may stand in a list: without control and invisible characters and those that turn the
 * text's direction (Unicode TR 36 §2.6), white space collapsed, composed (NFC), at most `most` characters. Empty when nothing
 * is left.
 */
export function sanitiseWords(text: string, most: number): string {
  // Cut first, so that a huge text is not normalised as a whole; combining marks may shorten it further.
  const start = text.slice(0, most * 8).toWellFormed()
  // Composed and collapsed after the invisible is gone: it may have stood between.
  const visible = start.replace(/\s/gu, ' ').replace(INVISIBLE, '').normalize('NFC')
  return firstGraphemes(withoutPiles(visible).replace(/ +/gu, ' ').trim(), most)
}

/**
 * A stranger's text of several lines: like words, but line breaks and indents stay (an empty line at most at a time), and
 * the joiners within emoji.
 */
export function sanitiseText(text: string, most: number): string {
  const start = text.slice(0, most * 8).toWellFormed()
  const lines = start
    .replace(/\r\n?|[\u2028\u2029\u0085]/gu, '\n')
    .replace(/\t/gu, '    ')
    .split('\n')
    .map((line) =>
      withoutPiles(
        line.replace(EMOJI_OR_INVISIBLE, (_, emoji?: string) => emoji ?? '').normalize('NFC'),
      ).trimEnd(),
    )
  const visible = lines
    .join('\n')
    .replace(/\n{3,}/gu, '\n\n')
    .replace(/^\n+|\n+$/gu, '')
  return firstGraphemes(visible, most)
}

/** A family or a profession is several emoji with joiners between: one picture, and nothing hidden in it. */
const EMOJI_OR_INVISIBLE = new RegExp(
  `(\\p{Extended_Pictographic}[\\ufe0f\\p{Emoji_Modifier}]*(?:\\u200d\\p{Extended_Pictographic}[\\ufe0f\\p{Emoji_Modifier}]*)+)|${INVISIBLE.source}`,
  'gu',
)

/** Marks piled upon a letter run over the lines above it. */
function withoutPiles(text: string): string {
  return text.replace(/(\p{M}{3})\p{M}+/gu, '$1')
}

function firstGraphemes(text: string, most: number): string {
  if (text.length <= most) return text
  let kept = ''
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)) {
    if (kept.length + segment.length > most) break
    kept += segment
  }
  return kept.trimEnd()
}
