import { ShoalError } from '../../../base/index.ts'
import type { Database } from '../../../store/database.ts'
import { MAX_HEAD_BYTES } from './limits.ts'

/** A message's bytes in two parts: its head with the empty line after it, and the rest. */
export interface Content {
  readonly head: Uint8Array
  readonly body: Uint8Array
}

/** Cuts a message after the first empty line; one without is all head. Lines end in CRLF. */
export function splitMessage(message: Uint8Array): Content {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.length)
  // An empty line at the very start: no head at all.
  const end = bytes[0] === 13 && bytes[1] === 10 ? 2 : endOfHead(bytes)
  if (end <= MAX_HEAD_BYTES) return { head: bytes.subarray(0, end), body: bytes.subarray(end) }
  // Beyond the bound only the first part counts as head: lists stay cheap, and not a byte is lost.
  const cut = bytes.lastIndexOf('\r\n', MAX_HEAD_BYTES - 2) + 2
  const at = cut < 2 ? MAX_HEAD_BYTES : cut
  return { head: bytes.subarray(0, at), body: bytes.subarray(at) }
}

function endOfHead(bytes: Buffer): number {
  const at = bytes.indexOf('\r\n\r\n')
  return at < 0 ? bytes.length : at + 4
}

/** Messages' bytes, each kept once however many folders show it. Calls belong into a transaction of the caller's. */
export class ContentTable {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Keeps a message for `uses` entries; gives its key. */
  add({ head, body }: Content, uses: number): number {
    const sql = 'INSERT INTO contents (uses, head, body) VALUES (?, ?, ?)'
    return this.#database.run(sql, uses, head, body).lastId
  }

  use(id: number): void {
    this.#database.run('UPDATE contents SET uses = uses + 1 WHERE id = ?', id)
  }

  /** One entry less shows it; the last takes the bytes along. */
  release(id: number): void {
    this.#database.run('UPDATE contents SET uses = uses - 1 WHERE id = ?', id)
    this.#database.run('DELETE FROM contents WHERE id = ? AND uses <= 0', id)
  }

  head(id: number): Uint8Array | undefined {
    return this.#database.get('SELECT head FROM contents WHERE id = ?', id)?.['head'] as
      Uint8Array | undefined
  }

  whole(id: number): Content | undefined {
    const row = this.#database.get('SELECT head, body FROM contents WHERE id = ?', id)
    return row && { head: bytesOf(row['head']), body: bytesOf(row['body']) }
  }
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new ShoalError('storage-corrupt', 'mailboxes: a message without bytes')
}
