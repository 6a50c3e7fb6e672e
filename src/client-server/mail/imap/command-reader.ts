import type { Wire } from '../access/wire.ts'
import { MAX_MESSAGE_BYTES } from '../mailbox/limits.ts'
import {
  MAX_APPENDING_BYTES,
  MAX_COMMAND_LENGTH,
  MAX_LITERAL_BYTES,
  MAX_LITERALS,
  MAX_LOGIN_COMMAND_LENGTH,
  MAX_SKIPPED_LITERAL_BYTES,
  MAX_UNASKED_LITERAL_BYTES,
} from './limits.ts'
import type { Piece } from './scanner.ts'

/** How much of messages being put in all connections hold now. */
export class AppendBudget {
  #used = 0

  take(bytes: number): boolean {
    if (this.#used + bytes > MAX_APPENDING_BYTES) return false
    this.#used += bytes
    return true
  }

  give(bytes: number): void {
    this.#used -= bytes
  }
}

export type ReadCommand =
  | { readonly is: 'command'; readonly pieces: readonly Piece[] }
  /** Read and forgotten; what follows is a command again. */
  | { readonly is: 'refused'; readonly pieces: readonly Piece[]; readonly why: string }
  /** Nothing that follows can be understood. */
  | { readonly is: 'hopeless'; readonly why: string }

export interface CommandReaderInit {
  readonly wire: Wire
  readonly budget: AppendBudget
  /** Somebody has logged in: messages may come. */
  readonly isKnown: () => boolean
  /** Asks for a literal. */
  readonly invite: () => Promise<void>
}

const LITERAL = /\{(\d{1,20})(\+?)\}$/
const APPEND = /^[^ ]+ append /i

/** One command as it arrives, and what of it was read. */
interface Reading {
  readonly pieces: Piece[]
  text: number
  bytes: number
  literals: number
  held: number
  refusal: string | undefined
}

/** Puts commands together from lines and literals, each bounded before it is asked for. */
export class CommandReader {
  readonly #init: CommandReaderInit

  constructor(init: CommandReaderInit) {
    this.#init = init
  }

  /** The next command, given to `handle` while its bytes count as held. Throws WireClosed. */
  async next<T>(handle: (read: ReadCommand) => Promise<T>): Promise<T> {
    const reading: Reading = { pieces: [], text: 0, bytes: 0, literals: 0, held: 0, refusal: undefined }
    try {
      return await handle(await this.#read(reading))
    } finally {
      this.#init.budget.give(reading.held)
    }
  }

  async #read(reading: Reading): Promise<ReadCommand> {
    const most = this.#init.isKnown() ? MAX_COMMAND_LENGTH : MAX_LOGIN_COMMAND_LENGTH
    for (;;) {
      const line = await this.#init.wire.readLine(most - reading.text)
      if (line === undefined) return { is: 'hopeless', why: 'the command is too long' }
      reading.text += line.length
      const found = LITERAL.exec(line)
      reading.pieces.push(found ? line.slice(0, found.index) : line)
      if (!found) break
      const end = await this.#literal(reading, Number(found[1]), found[2] === '+')
      if (end) return end
    }
    const { pieces, refusal } = reading
    return refusal === undefined ? { is: 'command', pieces } : { is: 'refused', pieces, why: refusal }
  }

  /** Takes a literal into the command; gives an end when the command cannot go on. */
  async #literal(reading: Reading, length: number, isUnasked: boolean): Promise<ReadCommand | undefined> {
    const refusal = this.#refusal(reading, length) ?? (isUnasked ? tooLongUnasked(length) : undefined)
    if (refusal !== undefined && !isUnasked) {
      // The client waits to be asked, and is not: its command ends here (RFC 3501 §4.3).
      return { is: 'refused', pieces: reading.pieces, why: refusal }
    }
    if (refusal !== undefined) {
      reading.refusal ??= refusal
      if (length > MAX_SKIPPED_LITERAL_BYTES) return { is: 'hopeless', why: refusal }
      await this.#init.wire.skipBytes(length)
      return undefined
    }
    if (!isUnasked) await this.#init.invite()
    reading.pieces.push(await this.#init.wire.readBytes(length))
    return undefined
  }

  #refusal(reading: Reading, length: number): string | undefined {
    reading.literals++
    reading.bytes += length
    const isAppend = APPEND.test(String(reading.pieces[0])) && this.#init.isKnown()
    const known = this.#init.isKnown() ? MAX_LITERAL_BYTES : MAX_LOGIN_COMMAND_LENGTH
    if (reading.literals > MAX_LITERALS) return 'too many literals'
    if (reading.bytes > (isAppend ? MAX_MESSAGE_BYTES + MAX_LITERAL_BYTES : known))
      return 'the literal is too long'
    if (!this.#init.budget.take(length)) return 'too much at once: try again later'
    reading.held += length
    return undefined
  }
}

function tooLongUnasked(length: number): string | undefined {
  return length > MAX_UNASKED_LITERAL_BYTES ? 'so long a literal is to be asked for' : undefined
}
