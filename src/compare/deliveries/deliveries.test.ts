import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../../base/index.ts'
import type { DeliveryComparison, DeliverySpec, DeliveryTrial } from '../../contract/index.ts'
import { Deliveries } from './index.ts'

/** As many as may be asked for. */
const SPEC: DeliverySpec = { messages: 18, intervalMs: 70, conditions: ['awake', 'asleep', 'server-down'] }
const leftovers = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('shoal-deliveries-'))

describe('direct messages beside mail', { timeout: 60_000 }, () => {
  let last: DeliveryComparison
  let updates = 0
  let before: string[]
  const trial = (condition: DeliveryTrial['condition']) =>
    last.trials.find((each) => each.condition === condition)!

  beforeAll(async () => {
    before = await leftovers()
    for await (const update of new Deliveries(silentLogger).compare(SPEC)) {
      last = update
      updates++
    }
  }, 60_000)

  it('both deliver everything on a good day, and mail takes longer', () => {
    const { direct, mail, trouble } = trial('awake')
    expect(trouble).toBeNull()
    expect([direct.delivered, mail.delivered]).toEqual([18, 18])
    expect(mail.medianMs!).toBeGreaterThan(direct.medianMs!)
  })

  it('to a laptop asleep, mail waits and arrives; direct messages sent meanwhile are lost', () => {
    const { direct, mail, trouble } = trial('asleep')
    expect(mail.delivered).toBe(18)
    expect(mail.longestMs!).toBeGreaterThan(300)
    const sentWhile = direct.messages.filter(({ sentAt }) => sentAt > trouble!.from && sentAt < trouble!.to)
    expect(sentWhile.length).toBeGreaterThan(2)
    expect(sentWhile.map(({ arrivedAt }) => arrivedAt)).toEqual(sentWhile.map(() => null))
    const sentAfter = direct.messages.filter(({ sentAt }) => sentAt >= trouble!.to)
    expect(sentAfter.length).toBeGreaterThan(0)
    for (const { arrivedAt } of [direct.messages[0]!, ...sentAfter]) expect(arrivedAt).not.toBeNull()
  })

  it('a server that is down holds mail up and loses none; direct messages do not notice', () => {
    const { direct, mail, trouble } = trial('server-down')
    expect(direct.delivered).toBe(18)
    expect(mail.delivered).toBe(18)
    const held = mail.messages.filter(({ sentAt }) => sentAt > trouble!.from && sentAt < trouble!.to)
    expect(held.length).toBeGreaterThan(0)
    for (const { arrivedAt } of held) expect(arrivedAt!).toBeGreaterThanOrEqual(trouble!.to)
  })

  it('tells of itself while it runs, whole, and leaves nothing behind', async () => {
    expect(updates).toBeGreaterThan(6)
    expect(last).toMatchObject({ state: 'done', spec: SPEC })
    expect(await leftovers()).toEqual(before)
  })

  it('ends when nobody follows, and then another may begin', async () => {
    const deliveries = new Deliveries(silentLogger)
    const first = deliveries.compare(SPEC)
    await first.next()
    await expect(deliveries.compare(SPEC).next()).rejects.toMatchObject({ code: 'already-running' })
    await first.return(undefined)
    const second = deliveries.compare({ ...SPEC, conditions: ['awake'] }, AbortSignal.timeout(200))
    await expect(drain(second)).rejects.toThrow()
    expect(await leftovers()).toEqual(before)
  })
})

async function drain(updates: AsyncIterable<unknown>): Promise<void> {
  const iterator = updates[Symbol.asyncIterator]()
  while (!(await iterator.next()).done);
}
