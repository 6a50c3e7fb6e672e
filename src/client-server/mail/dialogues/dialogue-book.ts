import { errorMessage, Later, type Clock, type Logger } from '../../../base/index.ts'
import type { Database } from '../../../store/database.ts'
import type { Dialogue, Dialogues } from '../types.ts'
import { MAX_DIALOGUES, MAX_MESSAGES_OF_DIALOGUE, MAX_TOLD, MAX_UNWRITTEN, WRITE_AFTER_MS } from './limits.ts'

/**
 * Keeps what servers and clients said, by message. Written down in batches and not waited for: a crash costs the last seconds of it,
 * never a message.
 */
export class DialogueBook implements Dialogues {
  readonly #db: Database
  readonly #log: Logger
  #unwritten: Dialogue[] = []
  readonly #writing: Later

  constructor(database: Database, clock: Clock, log: Logger) {
    this.#db = database
    this.#writing = new Later({ clock, waitMs: WRITE_AFTER_MS, work: () => this.flush() })
    this.#log = log
  }

  record(dialogue: Dialogue): void {
    this.#unwritten.push(dialogue)
    if (this.#unwritten.length >= MAX_UNWRITTEN) return this.flush()
    this.#writing.ask()
    return undefined
  }

  of(messageId: string): readonly Dialogue[] {
    const rows = this.#db.all(
      `SELECT dialogue FROM dialogues WHERE id IN (SELECT dialogue FROM dialogue_messages WHERE message_id = ?)
       ORDER BY id DESC LIMIT ?`,
      messageId,
      MAX_TOLD,
    )
    const written = rows.toReversed().map((row) => JSON.parse(String(row['dialogue'])) as Dialogue)
    const fresh = this.#unwritten.filter(({ messageIds }) => messageIds.includes(messageId))
    return [...written, ...fresh.map((dialogue) => ({ ...dialogue, lines: [...dialogue.lines] }))].slice(
      -MAX_TOLD,
    )
  }

  /** Writes down what is not yet. */
  flush(): void {
    this.#writing.cancel()
    const dialogues = this.#unwritten
    this.#unwritten = []
    if (dialogues.length === 0) return
    try {
      this.#db.transaction(() => this.#write(dialogues))
    } catch (error) {
      this.#log.warn('dialogues could not be written down', { error: errorMessage(error) })
    }
  }

  #write(dialogues: readonly Dialogue[]): void {
    let last = 0
    for (const dialogue of dialogues) {
      last = this.#db.run(
        'INSERT INTO dialogues (at, dialogue) VALUES (?, ?)',
        Math.round(dialogue.startedAt),
        JSON.stringify(dialogue),
      ).lastId
      for (const messageId of new Set(dialogue.messageIds.slice(0, MAX_MESSAGES_OF_DIALOGUE)))
        this.#db.run('INSERT INTO dialogue_messages (message_id, dialogue) VALUES (?, ?)', messageId, last)
    }
    this.#db.run('DELETE FROM dialogues WHERE id <= ?', last - MAX_DIALOGUES)
  }
}
