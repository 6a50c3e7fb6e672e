import { utf8 } from '../../base/index.ts'
import { ENCODED_WORD_TEXT_BYTES, MAX_PLAIN_LINE_CHARS } from './limits.ts'

export interface Letter {
  /** Name of the writer for people; may be empty. */
  readonly name: string
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
}

/** Writes a message of plain text (RFC 5322, RFC 2045). Date and Message-ID are the server's to add. */
export function composeMessage({ name, from, to, subject, text }: Letter): Uint8Array {
  const lines = text.replace(/\r\n|\r|\n/g, '\r\n').replaceAll('\0', '')
  const body = lines.endsWith('\r\n') || lines === '' ? lines : `${lines}\r\n`
  const isPlain =
    /^[\t\r\n\x20-\x7e]*$/.test(body) &&
    body.split('\r\n').every((line) => line.length <= MAX_PLAIN_LINE_CHARS)
  const head = [
    `From: ${name.trim() === '' ? from : `${phrase(name)} <${from}>`}`,
    `To: ${to.join(',\r\n\t')}`,
    `Subject: ${unstructured(subject)}`,
    'MIME-Version: 1.0',
    `Content-Type: text/plain; charset=${isPlain ? 'us-ascii' : 'utf-8'}`,
    `Content-Transfer-Encoding: ${isPlain ? '7bit' : 'base64'}`,
  ]
  return utf8(`${head.join('\r\n')}\r\n\r\n${isPlain ? body : base64Lines(body)}`)
}

/** A name before an address: quoted when it is ASCII, encoded else. */
function phrase(text: string): string {
  const clean = oneLine(text)
  return isAscii(clean) ? `"${clean.replace(/["\\]/g, '\\$&')}"` : encodedWords(clean)
}

function unstructured(text: string): string {
  const clean = oneLine(text)
  // What looks like an encoded word must not be taken for one.
  return isAscii(clean) && clean.length <= MAX_PLAIN_LINE_CHARS && !clean.includes('=?')
    ? clean
    : encodedWords(clean)
}

/** Line ends would begin another field. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim()
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

/** RFC 2047: words of at most 75 characters, no letter cut in two. */
function encodedWords(text: string): string {
  const words: string[] = []
  let word = ''
  for (const char of text) {
    if (utf8(word + char).length > ENCODED_WORD_TEXT_BYTES) {
      words.push(word)
      word = ''
    }
    word += char
  }
  if (word !== '') words.push(word)
  return words.map((part) => `=?utf-8?B?${Buffer.from(part).toString('base64')}?=`).join('\r\n ')
}

function base64Lines(text: string): string {
  return `${Buffer.from(text)
    .toString('base64')
    .replace(/.{76}(?=.)/g, '$&\r\n')}\r\n`
}
