import { randomUUID } from 'node:crypto'
import { Emitter, errorMessage, ShoalError, type EventSource, type Startable } from '../../../base/index.ts'
import type { Database } from '../../../store/database.ts'
import { writeNotification, type RecipientReport } from '../dsn/index.ts'
import { CommitBatch } from '../office/commit-batch.ts'
import type { MailComponents } from '../types.ts'
import { attempt, type AttemptInit, type AttemptResult } from './attempt.ts'
import { Destinations } from './destinations.ts'
import {
  DISK_PAUSE_MS,
  MAX_LISTED,
  MAX_QUEUED_BYTES,
  MAX_QUEUED_MESSAGES,
  STOP_GRACE_MS,
  TAKEN_AT_ONCE,
} from './limits.ts'
import { ConnectionPool, type Connect } from './pool.ts'
import { retryPause, type QueueProfile } from './profile.ts'
import { QueueTable, type MessageRow, type WaitingRow } from './table.ts'
import type { Outcome, QueuedMessage, QueueEvents, QueueItem, QueueStep } from './types.ts'

export interface QueueInit extends Omit<AttemptInit, 'pool' | 'random'> {
  readonly database: Database
  readonly connect: Connect
  readonly profile: QueueProfile
  /** This server's name, for notifications. */
  readonly hostName: () => string
}

/** A message and those of its recipients at one domain who are due. */
interface Job {
  readonly domain: string
  readonly message: number
  readonly recipients: readonly WaitingRow[]
}

/** Wakes up at least so often, whatever the clock says. Milliseconds. */
const LONGEST_SLEEP_MS = 60_000

/**
 * Mail on its way to other servers. What `add` promised is on the disk and is tried until it was taken, refused for good, dropped or too
 * old; of the last two kinds of refusal the sender is told. A crash costs nothing but may send a message twice.
 */
export class MailQueue implements Startable {
  readonly #components: MailComponents
  readonly #init: QueueInit
  readonly #table: QueueTable
  readonly #batch: CommitBatch
  readonly #pool: ConnectionPool
  readonly #destinations: Destinations
  readonly #events = new Emitter<QueueEvents>()
  /** Recipients of attempts under way. */
  readonly #inFlight = new Set<number>()
  readonly #attempts = new Set<Promise<void>>()
  #profile: QueueProfile
  #state: 'new' | 'running' | 'stopped' = 'new'
  #stopSignal = new AbortController()
  #cancelWake: () => void = () => {}
  #isWakePending = false

  constructor(components: MailComponents, init: QueueInit) {
    this.#components = components
    this.#init = init
    this.#profile = init.profile
    this.#table = new QueueTable(init.database)
    this.#batch = new CommitBatch(init.database)
    this.#pool = new ConnectionPool(init.connect, components.clock)
    this.#destinations = new Destinations(components.random)
  }

  get events(): EventSource<QueueEvents> {
    return this.#events
  }

  async start(): Promise<void> {
    this.#state = 'running'
    this.#stopSignal = new AbortController()
    this.#wakeSoon()
  }

  async stop(): Promise<void> {
    if (this.#state !== 'running') return
    this.#state = 'stopped'
    this.#cancelWake()
    // What is nearly done may finish: each that does is not sent twice.
    const cancel = this.#components.clock.after(STOP_GRACE_MS, () => this.#stopSignal.abort())
    await Promise.allSettled(this.#attempts)
    cancel()
    this.#stopSignal.abort()
    this.#batch.flush()
    await this.#pool.close()
  }

  /** Takes a message over; it is on the disk when this resolves, with its number in the queue. Rejects with `too-large` when the queue is full. */
  async add(item: QueueItem): Promise<number> {
    const id = await this.#batch.add(() => {
      const { messages, bytes } = this.#table.load()
      if (messages >= MAX_QUEUED_MESSAGES || bytes + item.message.length > MAX_QUEUED_BYTES)
        throw new ShoalError('too-large', 'the mail queue is full')
      return this.#table.add(item, this.#now)
    })
    this.#changed(id)
    this.#wakeSoon()
    return id
  }

  /** Messages that wait and, after them, those that are done; each latest first. */
  list(waiting = MAX_LISTED, finished = MAX_LISTED): QueuedMessage[] {
    const rows = [...this.#table.messages('waiting', waiting), ...this.#table.messages('finished', finished)]
    return rows.map((row) => this.#view(row))
  }

  get(id: number): (QueuedMessage & { readonly steps: readonly QueueStep[] }) | undefined {
    const row = this.#table.message(id)
    return row && { ...this.#view(row), steps: this.#table.steps(id) }
  }

  /** The message as it waits; undefined once nobody waits for it. */
  content(id: number): Uint8Array | undefined {
    return this.#table.content(id)
  }

  /** Tries a message again now. Rejects with `not-found` when nobody waits for it. */
  async retry(id: number): Promise<void> {
    await this.#byHand(id, 'retried', () => this.#table.hurry(id, this.#now))
    this.#destinations.forget()
    this.#wakeSoon()
  }

  /** Gives a message up, without telling its sender. Rejects with `not-found` when nobody waits for it. */
  drop(id: number): Promise<void> {
    return this.#byHand(id, 'dropped', () => this.#table.drop(id))
  }

  /** A domain's servers can be reached again: whoever waited for that is tried now. */
  async domainIsBack(domain: string): Promise<void> {
    this.#destinations.reached(domain)
    await this.#batch.add(() => this.#table.releaseDomain(domain, this.#now))
    this.#wakeSoon()
  }

  /** Changes how patient the queue is, from the next attempt on; whoever waits now is tried now. */
  async setProfile(profile: QueueProfile): Promise<void> {
    this.#profile = profile
    await this.#batch.add(() => this.#table.hurryAll(this.#now))
    this.#destinations.forget()
    this.#wakeSoon()
  }

  get #now(): number {
    return this.#components.clock.wallNow()
  }

  async #byHand(id: number, what: 'retried' | 'dropped', change: () => number): Promise<void> {
    await this.#batch.add(() => {
      if (change() === 0)
        throw new ShoalError('not-found', `no message ${id} waits in the queue`, { data: { id } })
      this.#table.addStep(id, { at: this.#now, what, recipient: '', detail: '' })
      this.#table.finishIfDone(id, this.#now)
    })
    this.#changed(id)
  }

  #changed(id: number): void {
    this.#events.emit('changed', { id })
  }

  #view(row: MessageRow): QueuedMessage {
    const { id, messageId, from, subject, size, queuedAt, finishedAt } = row
    const recipients = this.#table
      .recipients(id)
      .map(({ id: recipient, address, state, attempts, nextAt, reason, server }) => {
        return { address, state, isActive: this.#inFlight.has(recipient), attempts, nextAt, reason, server }
      })
    return { id, messageId, from, subject, size, queuedAt, finishedAt, recipients }
  }

  /** Many reasons to look, one look. */
  #wakeSoon(): void {
    if (this.#isWakePending || this.#state !== 'running') return
    this.#isWakePending = true
    setImmediate(() => {
      this.#isWakePending = false
      this.#wake()
    })
  }

  #wake(): void {
    if (this.#state !== 'running') return
    this.#cancelWake()
    let pause = LONGEST_SLEEP_MS
    try {
      // One and the same moment for both: whoever became due between them would sleep on.
      const now = this.#now
      this.#begin(now)
      const next = this.#table.nextDue(now)
      if (next !== undefined) pause = Math.min(pause, Math.max(1, next - now))
    } catch (error) {
      this.#components.log.error('the mail queue cannot be read', { error: errorMessage(error) })
      pause = DISK_PAUSE_MS
    }
    this.#cancelWake = this.#components.clock.after(pause, () => this.#wake())
  }

  #begin(now: number): void {
    const tooLate = now + 2 * this.#profile.longestRetryMs
    const due = this.#table
      .due(now, tooLate, TAKEN_AT_ONCE + this.#inFlight.size)
      .filter(({ id }) => !this.#inFlight.has(id))
    for (const job of jobsOf(due)) {
      if (!this.#destinations.begin(job.domain)) continue
      const running: Promise<void> = this.#run(job).finally(() => {
        this.#attempts.delete(running)
        this.#wakeSoon()
      })
      this.#attempts.add(running)
    }
  }

  /** One attempt, from taking up to writing down. Never rejects: what was not written down is simply tried again. */
  async #run(job: Job): Promise<void> {
    const { domain, recipients } = job
    for (const { id } of recipients) this.#inFlight.add(id)
    this.#changed(job.message)
    try {
      const result = await this.#attempt(job)
      if (result) await this.#batch.add(() => this.#apply(job, result))
    } catch (error) {
      if (!this.#stopSignal.signal.aborted) {
        this.#components.log.error('an attempt could not be written down', { error: errorMessage(error) })
        // Without a pause a full disk would have the same message sent again and again.
        this.#cancelWake()
        await new Promise<void>((resolve) => {
          this.#components.clock.after(DISK_PAUSE_MS, resolve)
          this.#stopSignal.signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
    } finally {
      for (const { id } of recipients) this.#inFlight.delete(id)
      this.#destinations.end(domain)
      this.#changed(job.message)
    }
  }

  async #attempt({ domain, message, recipients }: Job): Promise<AttemptResult | undefined> {
    const row = this.#table.message(message)
    const content = this.#table.content(message)
    if (!row || !content) return undefined
    const { from, messageId, is8Bit, isSmtpUtf8 } = row
    const letter = {
      from,
      messageId,
      is8Bit,
      isSmtpUtf8,
      message: content,
      recipients: recipients.map((r) => r.address),
    }
    const init = { ...this.#init, pool: this.#pool, random: this.#components.random }
    return attempt(domain, letter, init, this.#stopSignal.signal)
  }

  /** Writes down what an attempt led to: all of it in one transaction. */
  #apply({ domain, message, recipients }: Job, { outcomes, way }: AttemptResult): void {
    const reports: RecipientReport[] = []
    const all = recipients.map((recipient) => ({ recipient, outcome: outcomes.get(recipient.address)! }))
    const unreached = all.find(({ outcome }) => outcome.is === 'deferred' && outcome.isWholeDomain)?.outcome
    const heldUntil = unreached && this.#now + this.#destinations.failed(domain, this.#profile)
    if (way !== '') this.#step(message, 'route', '', way)
    for (const { recipient, outcome } of all) {
      this.#step(message, outcome.is, recipient.address, outcome.text)
      if (outcome.is === 'delivered') this.#table.delivered(recipient.id, outcome.server, outcome.text)
      else if (outcome.is === 'failed') {
        this.#table.failed(recipient.id, outcome.server ?? '', outcome.text)
        reports.push(failureReport(recipient.address, outcome))
      } else this.#defer(recipient, outcome, heldUntil)
    }
    if (heldUntil !== undefined) this.#table.holdDomain(domain, heldUntil, unreached!.text)
    else {
      // Also after a restart or a try by hand, when nothing is remembered of the failures that others wait for.
      this.#destinations.reached(domain)
      this.#table.releaseDomain(domain, this.#now)
    }
    if (reports.length > 0) this.#notify(message, reports)
    if (all.some(({ outcome }) => outcome.is === 'deferred')) this.#lookAtAge(domain)
    this.#table.finishIfDone(message, this.#now)
  }

  #defer(
    recipient: WaitingRow,
    { text, server, isWholeDomain }: Exclude<Outcome, { is: 'delivered' }>,
    heldUntil?: number,
  ): void {
    const ownPause = retryPause(this.#profile, recipient.attempts + 1, this.#components.random)
    const until = isWholeDomain && heldUntil !== undefined ? heldUntil : this.#now + ownPause
    this.#table.deferred(recipient.id, until, server ?? '', text, isWholeDomain ? 'destination' : 'recipient')
  }

  /** After an attempt in vain: who waited too long at that domain is given up, who waits long is told. */
  #lookAtAge(domain: string): void {
    const { expireAfterMs, warnAfterMs } = this.#profile
    const given = this.#table.overdue(domain, this.#now - expireAfterMs).filter((row) => row.reason !== '')
    for (const [message, rows] of Map.groupBy(given, (row) => row.message)) {
      const reports = rows.map((row): RecipientReport => {
        const reason = `not delivered in time; the last reason was: ${row.reason}`
        this.#table.failed(row.id, row.server, reason)
        this.#step(message, 'failed', row.address, reason)
        return {
          address: row.address,
          action: 'failed',
          status: '4.4.7',
          remote: row.server || undefined,
          diagnostic: row.reason,
        }
      })
      this.#notify(message, reports)
      this.#table.finishIfDone(message, this.#now)
    }
    const late = this.#table.late(domain, this.#now - warnAfterMs).filter((row) => row.reason !== '')
    for (const [message, rows] of Map.groupBy(late, (row) => row.message)) {
      this.#table.warned(message, this.#now)
      const reports = rows.map(({ address, server, reason }): RecipientReport => {
        return {
          address,
          action: 'delayed',
          status: '4.4.1',
          remote: server || undefined,
          diagnostic: reason,
        }
      })
      this.#notify(message, reports)
    }
  }

  /** Tells the sender, by a message from nobody: one that cannot be delivered itself tells nobody (RFC 5321 §4.5.5). */
  #notify(message: number, reports: readonly RecipientReport[]): void {
    const row = this.#table.message(message)
    const original = this.#table.content(message)
    if (!row || !original || row.from === '') return
    const host = this.#init.hostName()
    const unique = randomUUID()
    const messageId = `<${unique}@${host}>`
    const bytes = writeNotification({
      host,
      sender: row.from,
      original,
      reports,
      arrivedAt: row.queuedAt,
      now: this.#now,
      triedUntil: row.queuedAt + this.#profile.expireAfterMs,
      messageId,
      boundary: `shoal-${unique}`,
    })
    const item = {
      from: '',
      recipients: [row.from],
      message: bytes,
      messageId,
      is8Bit: bytes.some((b) => b > 127),
      isSmtpUtf8: row.isSmtpUtf8,
    }
    this.#table.add(item, this.#now)
    this.#step(
      message,
      'notified',
      row.from,
      reports.map(({ address, action }) => `${address}: ${action}`).join(', '),
    )
    this.#wakeSoon()
  }

  #step(message: number, what: QueueStep['what'], recipient: string, detail: string): void {
    this.#table.addStep(message, { at: this.#now, what, recipient, detail: detail.slice(0, 1_000) })
  }
}

function failureReport(address: string, outcome: Exclude<Outcome, { is: 'delivered' }>): RecipientReport {
  const { status, server, text } = outcome
  return { address, action: 'failed', status, remote: server, diagnostic: text }
}

function jobsOf(rows: readonly WaitingRow[]): Job[] {
  const groups = Map.groupBy(rows, ({ message, domain }) => `${message} ${domain}`)
  return [...groups.values()].map((recipients) => {
    const { domain, message } = recipients[0]!
    return { domain, message, recipients }
  })
}
