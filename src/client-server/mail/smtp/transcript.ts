import type { Clock } from '../../../base/index.ts'
import type { Dialogue, DialogueLine, Dialogues } from '../types.ts'
import { MAX_DIALOGUE_LINE_CHARS, MAX_DIALOGUE_LINES } from './limits.ts'

export interface TranscriptInit {
  readonly clock: Clock
  readonly dialogues: Dialogues
  readonly self: Dialogue['self']
  readonly other: string
}

/** Writes down a session as it passes, and files the part about each message: how it began, and what was said for that message. */
export class Transcript {
  readonly #clock: Clock
  readonly #dialogues: Dialogues
  readonly #self: Dialogue['self']
  readonly #other: string
  readonly #startedAt: number
  /** From the greeting to the first message. */
  readonly #opening: DialogueLine[] = []
  #current: DialogueLine[] = this.#opening
  #isCut = false

  constructor({ clock, dialogues, self, other }: TranscriptInit) {
    this.#clock = clock
    this.#dialogues = dialogues
    this.#self = self
    this.#other = other
    this.#startedAt = clock.wallNow()
  }

  add(from: DialogueLine['from'], text: string): void {
    if (this.#current.length >= MAX_DIALOGUE_LINES) {
      this.#isCut = true
      return
    }
    this.#current.push({ at: this.#clock.wallNow(), from, text: text.slice(0, MAX_DIALOGUE_LINE_CHARS) })
  }

  /** What follows is about another message. */
  begin(): void {
    this.#current = [...this.#opening]
    this.#isCut = false
  }

  /** Files what was said about a message. Its good-bye, which is still to come, is added to what was filed. */
  file(messageId: string): void {
    this.#dialogues.record({
      protocol: 'smtp',
      self: this.#self,
      other: this.#other,
      startedAt: this.#current[this.#opening.length]?.at ?? this.#startedAt,
      lines: this.#current,
      isCut: this.#isCut,
      messageIds: [messageId],
    })
  }
}
