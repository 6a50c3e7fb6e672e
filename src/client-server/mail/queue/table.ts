import type { Database, Row } from '../../../store/database.ts'
import { fieldOf, headOf } from '../office/fields.ts'
import { decodeText } from '../mime/index.ts'
import { KEPT_FINISHED, MAX_STEPS } from './limits.ts'
import type { QueueItem, QueueStep, RecipientState, StepKind } from './types.ts'

/** A recipient who waits, with what an attempt needs to know. */
export interface WaitingRow {
  readonly id: number
  readonly message: number
  readonly address: string
  readonly domain: string
  readonly attempts: number
  readonly reason: string
  readonly server: string
}

export interface MessageRow {
  readonly id: number
  readonly messageId: string
  readonly from: string
  readonly subject: string
  readonly size: number
  readonly is8Bit: boolean
  readonly isSmtpUtf8: boolean
  readonly queuedAt: number
  readonly warnedAt: number | null
  readonly finishedAt: number | null
}

export interface RecipientRow extends WaitingRow {
  readonly state: RecipientState
  readonly nextAt: number
}

const WAITING = 'SELECT id, message, address, domain, attempts, reason, server FROM recipients'
const MAX_SUBJECT_CHARS = 200

/** The queue in SQLite. Nothing here decides anything; changes are made inside the caller's transaction. */
export class QueueTable {
  readonly #db: Database

  constructor(database: Database) {
    this.#db = database
  }

  add(item: QueueItem, now: number): number {
    const { message, messageId, from, recipients, is8Bit, isSmtpUtf8 } = item
    const { lastId } = this.#db.run(
      `INSERT INTO messages (message_id, sender, subject, size, content, is_8bit, is_utf8, queued_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      messageId,
      from,
      subjectOf(message),
      message.length,
      message,
      Number(is8Bit),
      Number(isSmtpUtf8),
      now,
    )
    for (const address of recipients) {
      const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
      this.#db.run(
        `INSERT INTO recipients (message, address, domain, state, next_at) VALUES (?, ?, ?, 'waiting', ?)`,
        lastId,
        address,
        domain,
        now,
      )
    }
    this.addStep(lastId, { at: now, what: 'queued', recipient: '', detail: '' })
    return lastId
  }

  addStep(message: number, { at, what, recipient, detail }: QueueStep): void {
    this.#db.run(
      'INSERT INTO steps (message, at, what, recipient, detail) VALUES (?, ?, ?, ?, ?)',
      message,
      at,
      what,
      recipient,
      detail,
    )
    this.#db.run(
      'DELETE FROM steps WHERE message = ? AND id <= (SELECT id FROM steps WHERE message = ? ORDER BY id DESC LIMIT 1 OFFSET ?)',
      message,
      message,
      MAX_STEPS,
    )
  }

  /** Who is due at `now`, longest first. What was set for far too late (the clock was turned back) is due as well. */
  due(now: number, tooLate: number, limit: number): WaitingRow[] {
    return this.#db
      .all(
        `${WAITING} WHERE state = 'waiting' AND (next_at <= ? OR next_at > ?) ORDER BY next_at, id LIMIT ?`,
        now,
        tooLate,
        limit,
      )
      .map(readWaiting)
  }

  /** When somebody is due next after `now`; undefined when nobody waits. */
  nextDue(now: number): number | undefined {
    const row = this.#db.get(
      `SELECT min(next_at) AS at FROM recipients WHERE state = 'waiting' AND next_at > ?`,
      now,
    )
    return typeof row?.['at'] === 'number' ? row['at'] : undefined
  }

  message(id: number): MessageRow | undefined {
    const row = this.#db.get(`SELECT ${MESSAGE_COLUMNS} FROM messages WHERE id = ?`, id)
    return row && readMessage(row)
  }

  content(id: number): Uint8Array | undefined {
    const content = this.#db.get('SELECT content FROM messages WHERE id = ?', id)?.['content']
    return content instanceof Uint8Array ? content : undefined
  }

  /** Those that wait, or that are done; latest first. */
  messages(which: 'waiting' | 'finished', limit: number): MessageRow[] {
    const condition = which === 'waiting' ? 'finished_at IS NULL' : 'finished_at IS NOT NULL'
    return this.#db
      .all(`SELECT ${MESSAGE_COLUMNS} FROM messages WHERE ${condition} ORDER BY id DESC LIMIT ?`, limit)
      .map(readMessage)
  }

  recipients(message: number): RecipientRow[] {
    return this.#db.all('SELECT * FROM recipients WHERE message = ? ORDER BY id', message).map((row) => ({
      ...readWaiting(row),
      state: row['state'] as RecipientState,
      nextAt: Number(row['next_at']),
    }))
  }

  steps(message: number): QueueStep[] {
    return this.#db.all('SELECT * FROM steps WHERE message = ? ORDER BY id', message).map((row) => ({
      at: Number(row['at']),
      what: row['what'] as StepKind,
      recipient: String(row['recipient']),
      detail: String(row['detail']),
    }))
  }

  /** Messages that somebody waits for, and their bytes. */
  load(): { messages: number; bytes: number } {
    const row = this.#db.get(
      'SELECT count(*) AS messages, coalesce(sum(size), 0) AS bytes FROM messages WHERE finished_at IS NULL',
    )
    return { messages: Number(row?.['messages']), bytes: Number(row?.['bytes']) }
  }

  delivered(id: number, server: string, text: string): void {
    this.#db.run(
      `UPDATE recipients SET state = 'delivered', attempts = attempts + 1, server = ?, reason = ? WHERE id = ?`,
      server,
      text,
      id,
    )
  }

  failed(id: number, server: string, text: string): void {
    this.#db.run(
      `UPDATE recipients SET state = 'failed', attempts = attempts + 1, server = ?, reason = ? WHERE id = ? AND state = 'waiting'`,
      server,
      text,
      id,
    )
  }

  deferred(
    id: number,
    until: number,
    server: string,
    text: string,
    heldBy: 'destination' | 'recipient',
  ): void {
    this.#db.run(
      `UPDATE recipients SET attempts = attempts + 1, next_at = ?, held_by = ?, server = ?, reason = ? WHERE id = ? AND state = 'waiting'`,
      until,
      heldBy,
      server,
      text,
      id,
    )
  }

  /** Everybody at a domain waits until then, but for those with a reason of their own. */
  holdDomain(domain: string, until: number, text: string): void {
    this.#db.run(
      `UPDATE recipients SET next_at = ?, held_by = 'destination', reason = ?
       WHERE domain = ? AND state = 'waiting' AND held_by <> 'recipient' AND next_at < ?`,
      until,
      text,
      domain,
      until,
    )
  }

  /** The domain can be reached again: whoever waited for that is due. */
  releaseDomain(domain: string, now: number): number {
    return this.#db.run(
      `UPDATE recipients SET next_at = ?, held_by = 'nothing'
       WHERE domain = ? AND state = 'waiting' AND held_by = 'destination' AND next_at > ?`,
      now,
      domain,
      now,
    ).changes
  }

  /** Everybody who waits for a message is due; how many that are. */
  hurry(message: number, now: number): number {
    return this.#db.run(
      `UPDATE recipients SET next_at = ?, held_by = 'nothing' WHERE message = ? AND state = 'waiting'`,
      now,
      message,
    ).changes
  }

  /** Everybody who waits is due. */
  hurryAll(now: number): void {
    this.#db.run(`UPDATE recipients SET next_at = ?, held_by = 'nothing' WHERE state = 'waiting'`, now)
  }

  drop(message: number): number {
    return this.#db.run(
      `UPDATE recipients SET state = 'dropped' WHERE message = ? AND state = 'waiting'`,
      message,
    ).changes
  }

  /** Those at a domain who wait for a message queued before `before`. */
  overdue(domain: string, before: number): WaitingRow[] {
    return this.#db
      .all(
        `${WAITING} WHERE domain = ? AND state = 'waiting'
         AND message IN (SELECT id FROM messages WHERE finished_at IS NULL AND queued_at <= ?)`,
        domain,
        before,
      )
      .map(readWaiting)
  }

  /** As `overdue`, for messages whose sender was not told yet. */
  late(domain: string, before: number): WaitingRow[] {
    return this.#db
      .all(
        `${WAITING} WHERE domain = ? AND state = 'waiting' AND message IN
         (SELECT id FROM messages WHERE finished_at IS NULL AND warned_at IS NULL AND queued_at <= ?)`,
        domain,
        before,
      )
      .map(readWaiting)
  }

  warned(message: number, now: number): void {
    this.#db.run('UPDATE messages SET warned_at = ? WHERE id = ?', now, message)
  }

  /** A message nobody waits for any more loses its content; of very old ones everything goes. */
  finishIfDone(message: number, now: number): void {
    const { changes } = this.#db.run(
      `UPDATE messages SET finished_at = ?, content = NULL WHERE id = ? AND finished_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM recipients WHERE message = messages.id AND state = 'waiting')`,
      now,
      message,
    )
    if (changes === 0) return
    this.#db.run(
      `DELETE FROM messages WHERE finished_at IS NOT NULL AND id <=
       (SELECT id FROM messages WHERE finished_at IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET ?)`,
      KEPT_FINISHED,
    )
  }
}

const MESSAGE_COLUMNS =
  'id, message_id, sender, subject, size, is_8bit, is_utf8, queued_at, warned_at, finished_at'

function readMessage(row: Row): MessageRow {
  const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null)
  return {
    id: Number(row['id']),
    messageId: String(row['message_id']),
    from: String(row['sender']),
    subject: String(row['subject']),
    size: Number(row['size']),
    is8Bit: row['is_8bit'] === 1,
    isSmtpUtf8: row['is_utf8'] === 1,
    queuedAt: Number(row['queued_at']),
    warnedAt: numberOrNull(row['warned_at']),
    finishedAt: numberOrNull(row['finished_at']),
  }
}

function readWaiting(row: Row): WaitingRow {
  return {
    id: Number(row['id']),
    message: Number(row['message']),
    address: String(row['address']),
    domain: String(row['domain']),
    attempts: Number(row['attempts']),
    reason: String(row['reason']),
    server: String(row['server']),
  }
}

function subjectOf(message: Uint8Array): string {
  const raw = fieldOf(headOf(message), 'Subject') ?? ''
  return decodeText(raw).slice(0, MAX_SUBJECT_CHARS)
}
