import type { Clock } from '../../../base/index.ts'
import type { Dialogue, DialogueLine, Dialogues } from '../types.ts'
import {
  RECORDED_HEAD_LINES,
  RECORDED_LINE_LENGTH,
  RECORDED_MESSAGES,
  RECORDED_TAIL_LINES,
} from './limits.ts'

export interface RecorderInit {
  readonly protocol: Dialogue['protocol']
  readonly other: string
  readonly clock: Clock
  readonly dialogues: Dialogues
}

/** Takes down what is said in a session, its beginning and its latest part, for the picture of a message's way. */
export class Recorder {
  readonly #init: RecorderInit
  readonly #startedAt: number
  readonly #head: DialogueLine[] = []
  readonly #messageIds = new Set<string>()
  #tail: DialogueLine[] = []
  #isCut = false

  constructor(init: RecorderInit) {
    this.#init = init
    this.#startedAt = init.clock.wallNow()
  }

  client(text: string): void {
    this.#add('client', text)
  }

  server(text: string): void {
    this.#add('server', text)
  }

  /** The session handed out a message, named by its `Message-ID`. */
  about(messageId: string | undefined): void {
    if (messageId !== undefined && this.#messageIds.size < RECORDED_MESSAGES) this.#messageIds.add(messageId)
  }

  /** Messages handed out since the last time. */
  get messages(): number {
    return this.#messageIds.size
  }

  /** Leaves what was said so far if a message was handed out since the last time; its latest part begins anew. */
  leave(): void {
    if (this.#messageIds.size === 0) return
    const { protocol, other, dialogues } = this.#init
    dialogues.record({
      protocol,
      self: 'server',
      other,
      startedAt: this.#startedAt,
      lines: [...this.#head, ...this.#tail],
      isCut: this.#isCut,
      messageIds: [...this.#messageIds],
    })
    this.#messageIds.clear()
    this.#isCut ||= this.#tail.length > 0
    this.#tail = []
  }

  #add(from: DialogueLine['from'], text: string): void {
    const short = text.length > RECORDED_LINE_LENGTH ? `${text.slice(0, RECORDED_LINE_LENGTH)}…` : text
    const line = { at: this.#init.clock.wallNow(), from, text: short }
    if (this.#head.length < RECORDED_HEAD_LINES) return void this.#head.push(line)
    this.#tail.push(line)
    if (this.#tail.length <= RECORDED_TAIL_LINES) return
    this.#tail.shift()
    this.#isCut = true
  }
}
