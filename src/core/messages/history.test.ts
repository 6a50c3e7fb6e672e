import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '../../base/index.ts'
import { History } from './history.ts'
import * as limits from './limits.ts'
import { openHistoryDatabase } from './schema.ts'

describe('the history of messages', () => {
  let dir: string
  let path: string
  let clock: VirtualClock
  let history: History

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'shoal-history-'))
    path = join(dir, 'messages.db')
    clock = new VirtualClock()
    history = open()
  })
  afterEach(() => {
    history.close()
    rmSync(dir, { recursive: true, force: true })
  })

  const open = (): History => new History(openHistoryDatabase(path, clock.wallNow(), silentLogger), clock)
  const share = {
    cid: 'c',
    link: 'shoal:c',
    name: 'n',
    title: null,
    kind: 'file',
    size: 9,
    files: 1,
  } as const

  function add(
    peerId: string,
    id: string,
    options: { mine?: boolean; offer?: typeof share; round?: string } = {},
  ) {
    const { mine = false, ...rest } = options
    clock.advance(1)
    return history.add(
      { peerId, id, mine, text: id, delivery: { is: 'delivered' }, ...rest },
      `${peerId}'s laptop`,
    )
  }

  it('keeps the order of a conversation and gives it in pages', () => {
    for (let n = 0; n < 7; n++) add('p', `m${n}`, { mine: n % 2 === 0 })
    const newest = history.messages('p', { limit: 3 })
    expect(newest.map(({ id }) => id)).toEqual(['m4', 'm5', 'm6'])
    expect(history.messages('p', { before: newest[0]!.seq, limit: 3 }).map(({ id }) => id)).toEqual([
      'm1',
      'm2',
      'm3',
    ])
    expect(history.last('p')).toMatchObject({ id: 'm6', mine: true })
  })

  it('tells messages of both sides apart though their ids are the same', () => {
    add('p', 'x')
    add('p', 'x', { mine: true })
    add('q', 'x')
    expect(history.messages('p', { limit: 9 }).length).toBe(2)
    history.setDelivery({ peerId: 'p', id: 'x', mine: true }, { is: 'sending' })
    expect(history.messages('p', { limit: 9 }).map(({ delivery }) => delivery.is)).toEqual([
      'delivered',
      'sending',
    ])
  })

  it('keeps so many messages of each, the newest', () => {
    for (let n = 0; n <= limits.MAX_MESSAGES_EACH + 4; n++) add('p', `m${n}`)
    add('q', 'other')
    const kept = history.messages('p', { limit: limits.MAX_MESSAGES_EACH * 2 })
    expect(kept.length).toBe(limits.MAX_MESSAGES_EACH)
    expect(kept[0]?.id).toBe('m5')
    expect(history.messages('q', { limit: 9 }).length).toBe(1)
  })

  it('forgets strangers who were silent for longest, and nobody who matters', () => {
    add('friend', 'hi', { mine: true })
    history.mark('enemy', 'enemy', { blocked: true })
    for (let n = 0; n < limits.MAX_PEOPLE + 20; n++) add(`stranger-${n}`, 'hi')
    const names = history.people().map(({ peerId }) => peerId)
    expect(names.length).toBe(limits.MAX_PEOPLE)
    expect(names).toContain('friend')
    expect(history.person('enemy')?.blocked).toBe(true)
    expect(names).toContain(`stranger-${limits.MAX_PEOPLE + 19}`)
    expect(names).not.toContain('stranger-0')
    expect(history.messages('stranger-0', { limit: 9 })).toEqual([])
  })

  it('counts what is unread until it is read', () => {
    add('p', 'a')
    add('p', 'b')
    add('p', 'mine', { mine: true })
    expect(history.person('p')).toMatchObject({ unread: 2, wroteTo: true, name: "p's laptop" })
    expect(history.markRead('p')).toBe(true)
    expect(history.markRead('p')).toBe(false)
  })

  it('gives those offers that may still change, and those not yet reported', () => {
    add('p', 'open', { offer: share })
    add('p', 'taken', { offer: share })
    history.setOfferState({ peerId: 'p', id: 'taken', mine: false }, { is: 'accepted' })
    add('p', 'sent', { offer: share, mine: true })
    add('p', 'note')
    expect(history.offers({ mine: false }).map(({ id }) => id)).toEqual(['taken'])
    expect(history.offers({ mine: true }).map(({ id }) => id)).toEqual(['sent'])
    expect(history.untold('p').map(({ id }) => id)).toEqual(['taken'])
    history.setTold({ peerId: 'p', id: 'taken', mine: false }, '{"is":"accepted"}')
    expect(history.untold('p')).toEqual([])
  })

  it('keeps a few rounds, and what was offered beyond them', () => {
    for (let n = 0; n < limits.MAX_ROUNDS + 2; n++) {
      history.addRound({ id: `r${n}`, at: n, everyone: true, text: '', offer: share })
      add('p', `o${n}`, { offer: share, mine: true, round: `r${n}` })
    }
    expect(history.rounds().map(({ id }) => id)).not.toContain('r1')
    expect(history.rounds().length).toBe(limits.MAX_ROUNDS)
    expect(history.offersOfRound('r0').length).toBe(1)
  })

  it('survives a restart; what was being sent then did not arrive', () => {
    history.add({ peerId: 'p', id: 's', mine: true, text: 'x', delivery: { is: 'sending' } }, 'p')
    history.close()
    history = open()
    const problem = { code: 'cancelled' as const, message: '', data: {} }
    history.endSending({ is: 'undeliverable', problem })
    expect(history.last('p')?.delivery.is).toBe('undeliverable')
  })

  it('that is damaged is kept aside and begun anew', () => {
    add('p', 'a')
    history.close()
    for (const name of readdirSync(dir))
      writeFileSync(join(dir, name), 'not a database, and long enough to be read as one'.repeat(50))
    history = open()
    expect(history.people()).toEqual([])
    expect(readdirSync(dir).some((name) => name.startsWith('messages.db.damaged-'))).toBe(true)
  })

  it('of a newer version is left alone', () => {
    history.close()
    const newer = new DatabaseSync(path)
    newer.exec('PRAGMA user_version = 99')
    newer.close()
    expect(open).toThrow(expect.objectContaining({ code: 'storage-failed' }))
    const still = new DatabaseSync(path)
    still.exec('PRAGMA user_version = 1')
    still.close()
    history = open()
  })
})
