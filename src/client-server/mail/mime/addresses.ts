import { MAX_ADDRESSES, MAX_STRUCTURED_LENGTH } from './limits.ts'
import { tokenize, type Token } from './tokens.ts'

/** One entry of an address list, in the four parts IMAP's ENVELOPE has. Text as in the message: not decoded. */
export interface Address {
  readonly name: string | undefined
  /** Before the @; of a group its name. */
  readonly mailbox: string | undefined
  /** After the @; undefined at the beginning and end of a group. */
  readonly host: string | undefined
}

/** The addresses of a field (RFC 5322 §3.4), groups between two entries without a host. Never throws. */
export function parseAddresses(value: string): Address[] {
  if (value.length > MAX_STRUCTURED_LENGTH) return []
  const list = new AddressList()
  for (const token of tokenize(value)) list.take(token)
  return list.end().slice(0, MAX_ADDRESSES)
}

/** `name@host`, for people. */
export function addressText({ mailbox, host }: Address): string {
  return host === undefined || host === '' ? (mailbox ?? '') : `${mailbox ?? ''}@${host}`
}

class AddressList {
  readonly #out: Address[] = []
  /** Tokens of the address that is not complete yet; those in angle brackets apart. */
  #outside: Token[] = []
  #inside: Token[] | undefined
  #bracket: 'none' | 'open' | 'closed' = 'none'
  #isGroup = false

  take(token: Token): void {
    if (token.is !== 'special') return this.#keep(token)
    if (token.text === '<' && this.#bracket === 'none') {
      this.#bracket = 'open'
      this.#inside = []
    } else if (token.text === '>' && this.#bracket === 'open') this.#bracket = 'closed'
    else if (this.#bracket === 'open') this.#keep(token)
    else if (token.text === ',') this.#finish()
    else if (token.text === ':' && !this.#isGroup) this.#beginGroup()
    else if (token.text === ';' && this.#isGroup) this.#endGroup()
    else this.#keep(token)
  }

  end(): Address[] {
    this.#finish()
    if (this.#isGroup) this.#endGroup()
    return this.#out
  }

  #keep(token: Token): void {
    if (this.#bracket === 'open') this.#inside!.push(token)
    else this.#outside.push(token)
  }

  #beginGroup(): void {
    const mailbox = phrase(this.#outside)
    this.#reset()
    this.#isGroup = true
    this.#out.push({ name: undefined, mailbox: mailbox ?? '', host: undefined })
  }

  #endGroup(): void {
    this.#finish()
    this.#isGroup = false
    this.#out.push({ name: undefined, mailbox: undefined, host: undefined })
  }

  #finish(): void {
    const outside = this.#outside
    const comment = outside.find(({ is }) => is === 'comment')?.text
    if (this.#inside)
      this.#out.push({ name: phrase(outside) ?? comment, ...mailboxOf(dropRoute(this.#inside)) })
    else if (outside.some(({ is }) => is !== 'comment'))
      this.#out.push({ name: comment, ...mailboxOf(outside) })
    this.#reset()
  }

  #reset(): void {
    this.#outside = []
    this.#inside = undefined
    this.#bracket = 'none'
  }
}

function phrase(tokens: readonly Token[]): string | undefined {
  const words = tokens.filter(({ is }) => is !== 'comment').map(({ text }) => text)
  return words.length === 0 ? undefined : words.join(' ')
}

/** `@a,@b:user@host` (RFC 5322 §4.4): the way is of no interest any more. */
function dropRoute(tokens: readonly Token[]): readonly Token[] {
  const colon = tokens.findIndex(({ is, text }) => is === 'special' && text === ':')
  return isSpecial(tokens[0], '@') && colon > 0 ? tokens.slice(colon + 1) : tokens
}

function mailboxOf(tokens: readonly Token[]): Pick<Address, 'mailbox' | 'host'> {
  const parts = tokens.filter(({ is }) => is !== 'comment')
  const at = parts.findLastIndex((token) => isSpecial(token, '@'))
  const join = (list: readonly Token[]): string => list.map(({ text }) => text).join('')
  if (at < 0) return { mailbox: join(parts), host: '' }
  return { mailbox: join(parts.slice(0, at)), host: join(parts.slice(at + 1)) }
}

function isSpecial(token: Token | undefined, text: string): boolean {
  return token?.is === 'special' && token.text === text
}
