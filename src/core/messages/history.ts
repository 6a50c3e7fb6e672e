import type { Clock } from '../../base/index.ts'
import type { Delivery, DirectMessage, OfferState } from '../../contract/index.ts'
import type { ShareCard } from '../../content/index.ts'
import type { Database, Row } from '../../store/database.ts'
import * as limits from './limits.ts'

/** Somebody a history is kept with. */
export interface KnownPerson {
  readonly peerId: string
  readonly name: string
  readonly blocked: boolean
  readonly verified: boolean
  readonly unread: number
  /** This laptop has written to them. */
  readonly wroteTo: boolean
}

/** One share offered to several at once. */
export interface StoredRound {
  readonly id: string
  readonly at: number
  readonly everyone: boolean
  readonly text: string
  readonly offer: ShareCard
}

/** A message as it is kept; besides what is shown: the last report that reached who made the offer, and its round. */
export type StoredMessage = DirectMessage & { readonly told: string | null; readonly round: string | null }

/** Who a message is from and its id: unique. */
export interface MessageKey {
  readonly peerId: string
  readonly mine: boolean
  readonly id: string
}

export interface NewMessage extends MessageKey {
  readonly text: string
  readonly delivery: Delivery
  readonly offer?: ShareCard | undefined
  readonly round?: string | undefined
}

/** People, what was said, and what was offered; a bounded number of each. */
export class History {
  readonly #db: Database
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.#db = database
    this.#clock = clock
  }

  close(): void {
    this.#db.close()
  }

  person(peerId: string): KnownPerson | undefined {
    const row = this.#db.get('SELECT * FROM people WHERE peer = ?', peerId)
    return row && toPerson(row)
  }

  /** Everybody, last changed first. */
  people(): KnownPerson[] {
    return this.#db.all('SELECT * FROM people ORDER BY changed_at DESC').map(toPerson)
  }

  /** Notes what somebody is called now, if a history is kept with them. */
  rename(peerId: string, name: string): boolean {
    return (
      this.#db.run('UPDATE people SET name = ? WHERE peer = ? AND name <> ?', name, peerId, name).changes > 0
    )
  }

  mark(peerId: string, name: string, mark: { blocked?: boolean; verified?: boolean }): void {
    this.#db.transaction(() => {
      this.#meet(peerId, name)
      const { blocked, verified } = mark
      if (blocked !== undefined)
        this.#db.run('UPDATE people SET blocked = ? WHERE peer = ?', +blocked, peerId)
      if (verified !== undefined)
        this.#db.run('UPDATE people SET verified = ? WHERE peer = ?', +verified, peerId)
    })
  }

  /** False when there was nothing unread. */
  markRead(peerId: string): boolean {
    return this.#db.run('UPDATE people SET unread = 0 WHERE peer = ? AND unread > 0', peerId).changes > 0
  }

  /** Adds a message; one that is there already is brought to the end and unread again. */
  add(message: NewMessage, name: string): StoredMessage {
    const { peerId, id, mine, text, delivery, offer, round } = message
    this.#db.transaction(() => {
      this.#meet(peerId, name)
      this.#db.run('DELETE FROM messages WHERE peer = ? AND mine = ? AND id = ?', peerId, +mine, id)
      this.#db.run(
        `INSERT INTO messages (peer, id, mine, at, text, delivery, offer, offer_state, round)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[peerId, id, +mine, this.#clock.wallNow(), text, JSON.stringify(delivery)],
        ...[offer ? JSON.stringify(offer) : null, offer ? '{"is":"open"}' : null, round ?? null],
      )
      const count = mine ? 'wrote_to = 1' : 'unread = unread + 1'
      this.#db.run(`UPDATE people SET ${count}, changed_at = ? WHERE peer = ?`, this.#clock.wallNow(), peerId)
      this.#dropOldest(peerId)
    })
    return this.message(message)!
  }

  message({ peerId, mine, id }: MessageKey): StoredMessage | undefined {
    const row = this.#db.get(
      'SELECT * FROM messages WHERE peer = ? AND mine = ? AND id = ?',
      peerId,
      +mine,
      id,
    )
    return row && toMessage(row)
  }

  /** The newest messages before `seq`, oldest first. */
  messages(peerId: string, options: { before?: number; limit: number }): StoredMessage[] {
    const { before = Number.MAX_SAFE_INTEGER, limit } = options
    const newest = 'SELECT * FROM messages WHERE peer = ? AND seq < ? ORDER BY seq DESC LIMIT ?'
    return this.#db.all(newest, peerId, before, limit).map(toMessage).toReversed()
  }

  last(peerId: string): StoredMessage | undefined {
    return this.messages(peerId, { limit: 1 })[0]
  }

  setDelivery(key: MessageKey, delivery: Delivery): void {
    this.#update(key, 'delivery', JSON.stringify(delivery))
  }

  setOfferState(key: MessageKey, state: OfferState): void {
    this.#update(key, 'offer_state', JSON.stringify(state))
  }

  setTold(key: MessageKey, told: string | null): void {
    this.#update(key, 'told', told)
  }

  /** Offers that may still change: of those made here all but declined ones, of the others those that were accepted. */
  offers(options: { mine: boolean }): StoredMessage[] {
    const wanted = options.mine ? ['open', 'accepted', 'getting', 'failed'] : ['accepted', 'getting']
    const rows = this.#db.all(
      `SELECT * FROM messages WHERE offer IS NOT NULL AND mine = ?
       AND offer_state ->> '$.is' IN (SELECT value FROM json_each(?))`,
      +options.mine,
      JSON.stringify(wanted),
    )
    return rows.map(toMessage)
  }

  /** Offers somebody made to us whose latest state they were not told. */
  untold(peerId: string): StoredMessage[] {
    const rows = this.#db.all(
      `SELECT * FROM messages WHERE offer IS NOT NULL AND mine = 0 AND peer = ?
       AND offer_state ->> '$.is' <> 'open' AND told IS NOT offer_state`,
      peerId,
    )
    return rows.map(toMessage)
  }

  addRound(round: StoredRound): void {
    const { id, at, everyone, text, offer } = round
    this.#db.transaction(() => {
      this.#db.run(
        'INSERT INTO rounds VALUES (?, ?, ?, ?, ?)',
        id,
        at,
        +everyone,
        text,
        JSON.stringify(offer),
      )
      const kept = 'SELECT id FROM rounds ORDER BY at DESC, id LIMIT ?'
      this.#db.run(`DELETE FROM rounds WHERE id NOT IN (${kept})`, limits.MAX_ROUNDS)
    })
  }

  rounds(): StoredRound[] {
    return this.#db.all('SELECT * FROM rounds ORDER BY at DESC, id').map(toRound)
  }

  round(id: string): StoredRound | undefined {
    const row = this.#db.get('SELECT * FROM rounds WHERE id = ?', id)
    return row && toRound(row)
  }

  offersOfRound(id: string): StoredMessage[] {
    return this.#db.all('SELECT * FROM messages WHERE round = ? ORDER BY seq', id).map(toMessage)
  }

  closeRound(id: string): void {
    this.#db.run('DELETE FROM rounds WHERE id = ?', id)
  }

  /** Deletes what was said. A block and a comparison of words outlive it: they are about the person. */
  forget(peerId: string): void {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM messages WHERE peer = ?', peerId)
      this.#db.run('DELETE FROM people WHERE peer = ? AND blocked = 0 AND verified = 0', peerId)
      this.#db.run('UPDATE people SET unread = 0, wrote_to = 0 WHERE peer = ?', peerId)
    })
  }

  /** After a start: what was being sent when the last run ended did not arrive, as far as anybody knows. */
  endSending(delivery: Delivery): void {
    this.#db.run(
      `UPDATE messages SET delivery = ? WHERE mine = 1 AND delivery ->> '$.is' = 'sending'`,
      JSON.stringify(delivery),
    )
  }

  #update(key: MessageKey, column: 'delivery' | 'offer_state' | 'told', value: string | null): void {
    const { peerId, mine, id } = key
    this.#db.run(
      `UPDATE messages SET ${column} = ? WHERE peer = ? AND mine = ? AND id = ?`,
      value,
      peerId,
      +mine,
      id,
    )
  }

  #meet(peerId: string, name: string): void {
    const now = this.#clock.wallNow()
    this.#db.run(
      `INSERT INTO people (peer, name, changed_at) VALUES (?, ?, ?) ON CONFLICT (peer) DO UPDATE SET name = excluded.name`,
      ...[peerId, name, now],
    )
    this.#makeRoom(peerId)
  }

  /** Strangers go before those a person has written to, and nobody goes who is blocked or was verified. */
  #makeRoom(except: string): void {
    const count = Number(this.#db.get('SELECT count(*) AS n FROM people')?.['n'])
    if (count <= limits.MAX_PEOPLE) return
    const gone = this.#db.get(
      `SELECT peer FROM people WHERE peer <> ? ORDER BY blocked + verified > 0, wrote_to, changed_at LIMIT 1`,
      except,
    )
    if (!gone) return
    this.#db.run('DELETE FROM messages WHERE peer = ?', gone['peer']!)
    this.#db.run('DELETE FROM people WHERE peer = ?', gone['peer']!)
  }

  #dropOldest(peerId: string): void {
    const oldest = 'SELECT seq FROM messages WHERE peer = ? ORDER BY seq DESC LIMIT 1 OFFSET ?'
    const row = this.#db.get(oldest, peerId, limits.MAX_MESSAGES_EACH)
    if (row) this.#db.run('DELETE FROM messages WHERE peer = ? AND seq <= ?', peerId, row['seq']!)
  }
}

function toPerson(row: Row): KnownPerson {
  return {
    peerId: String(row['peer']),
    name: String(row['name']),
    blocked: row['blocked'] === 1,
    verified: row['verified'] === 1,
    unread: Number(row['unread']),
    wroteTo: row['wrote_to'] === 1,
  }
}

function toMessage(row: Row): StoredMessage {
  return {
    id: String(row['id']),
    peerId: String(row['peer']),
    seq: Number(row['seq']),
    mine: row['mine'] === 1,
    at: Number(row['at']),
    text: String(row['text']),
    delivery: JSON.parse(String(row['delivery'])) as Delivery,
    offer:
      row['offer'] === null
        ? null
        : {
            ...(JSON.parse(String(row['offer'])) as ShareCard),
            state: JSON.parse(String(row['offer_state'])) as OfferState,
          },
    told: row['told'] === null ? null : String(row['told']),
    round: row['round'] === null ? null : String(row['round']),
  }
}

function toRound(row: Row): StoredRound {
  return {
    id: String(row['id']),
    at: Number(row['at']),
    everyone: row['everyone'] === 1,
    text: String(row['text']),
    offer: JSON.parse(String(row['offer'])) as ShareCard,
  }
}
