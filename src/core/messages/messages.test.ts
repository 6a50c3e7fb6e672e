import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger, systemRandom } from '../../base/index.ts'
import type { DirectMessage, MessagesOverview, OfferState, Update } from '../../contract/index.ts'
import { Messenger } from '../../peer-to-peer/messages/index.ts'
import { createNodes, type ShoalNode } from '../../peer-to-peer/node/index.ts'
import { createCore, type Core } from '../core.ts'
import { createTestnet, shareWhen, type Testnet, type TestLaptop } from '../testnet.ts'

const TIMEOUT = { timeout: 15_000 }

describe('messages among laptops', () => {
  let dir: string
  let net: Testnet
  let a: TestLaptop
  let b: TestLaptop
  const extra: Core[] = []

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'shoal-messages-'))
    net = await createTestnet(2)
    ;[a, b] = net.laptops as [TestLaptop, TestLaptop]
    await meet(a, b)
  })
  afterEach(async () => {
    await Promise.all(extra.splice(0).map((core) => core.stop()))
    await net.stop()
    await rm(dir, { recursive: true, force: true })
  })

  const idOf = ({ core }: TestLaptop): string => core.network().peerId
  const said = (at: TestLaptop, by: TestLaptop): DirectMessage[] =>
    at.core.messages.older(idOf(by), Infinity, 100).messages
  const overview = ({ core }: TestLaptop): MessagesOverview => core.messages.overview()
  const person = (at: TestLaptop, who: TestLaptop) =>
    overview(at).people.find(({ peerId }) => peerId === idOf(who))
  const offerState = (at: TestLaptop, who: TestLaptop): OfferState | undefined =>
    said(at, who).at(-1)?.offer?.state

  /** Connects, and waits until each knows what the other is called. */
  async function meet(one: TestLaptop, other: TestLaptop): Promise<void> {
    await other.core.connect(one.core.network().addresses[0]!)
    await expect
      .poll(() => [person(one, other)?.here, person(other, one)?.here], TIMEOUT)
      .toEqual([true, true])
  }

  async function shareFile(laptop: TestLaptop, name: string, bytes: number) {
    const path = join(dir, name)
    await writeFile(path, systemRandom.bytes(bytes))
    const id = await laptop.core.shares.add(path, { openly: false })
    return shareWhen(laptop, id, ({ state }) => state.is === 'serving')
  }

  it('a note arrives under its sender’s name, unread, and is there on both sides', async () => {
    const sent = await a.core.messages.send(idOf(b), '안녕, b!\n둘째 줄')
    expect(sent.delivery).toEqual({ is: 'delivered' })
    expect(said(b, a)).toMatchObject([
      { text: '안녕, b!\n둘째 줄', mine: false, delivery: { is: 'delivered' } },
    ])
    expect(said(a, b)).toMatchObject([{ id: sent.id, mine: true }])
    expect(person(b, a)).toMatchObject({ name: 'laptop 1', unread: 1, here: true })
    b.core.messages.markRead(idOf(a))
    expect(overview(b).unread).toBe(0)
  })

  it('both sides see the same words for the same identity', () => {
    expect(overview(a).me.words).toEqual(person(b, a)!.words)
    expect(overview(b).me.words).toEqual(person(a, b)!.words)
    expect(overview(a).me.words).not.toEqual(overview(b).me.words)
  })

  it('whoever watches is shown a new message, and told once', async () => {
    const notices: Update[] = []
    const watching = new AbortController()
    void collect(b.core.hub.watch(watching.signal), notices)
    const updates = b.core.messages.conversation(idOf(a), watching.signal)
    expect((await updates.next()).value).toEqual({ is: 'whole', messages: [], hasOlder: false })
    await a.core.messages.send(idOf(b), 'one')
    expect((await updates.next()).value).toMatchObject({ is: 'changed', messages: [{ text: 'one' }] })
    await a.core.messages.send(idOf(b), 'two')
    expect((await updates.next()).value).toMatchObject({ is: 'changed', messages: [{ text: 'two' }] })
    const told = notices.flatMap((update) => (update.is === 'notice' ? [update.notice] : []))
    expect(told).toMatchObject([
      { is: 'message', name: 'laptop 1', text: 'one', offer: null },
      { is: 'message', text: 'two' },
    ])
    watching.abort()
  })

  it('a note that comes twice, because the answer to it was lost, is one note', async () => {
    const net = await createNodes(1)
    try {
      const [node] = net.nodes as [ShoalNode]
      const nobody = { wants: () => false, knows: () => false, take: () => {} }
      const stranger = new Messenger({ network: node, recipient: nobody })
      const connection = await node.dial(multiaddr(b.core.network().addresses[0]))
      const note = { is: 'note', id: '00'.repeat(16), text: 'once' } as const
      await stranger.send(connection, note)
      await stranger.send(connection, { ...note, text: 'twice' })
      const id = node.peerId.toString()
      expect(b.core.messages.older(id, Infinity, 9).messages.map(({ text }) => text)).toEqual(['once'])
      expect(overview(b).unread).toBe(1)
    } finally {
      await net.stop()
    }
  })

  it('a note to somebody who is away is undeliverable, is kept as that, and can be sent again', async () => {
    const { peerId } = b.core.network()
    await b.core.stop()
    await expect
      .poll(() => overview(a).people.find((each) => each.peerId === peerId)?.here ?? false, TIMEOUT)
      .toBe(false)
    const lost = await a.core.messages.send(peerId, 'are you there?')
    expect(lost.delivery).toMatchObject({ is: 'undeliverable', problem: { code: 'peer-unreachable' } })
    const back = await restart(b)
    await back.connect(a.core.network().addresses[0]!)
    const again = await a.core.messages.resend(peerId, lost.id)
    expect(again).toMatchObject({ id: lost.id, delivery: { is: 'delivered' } })
    const { messages } = back.messages.older(idOf(a), Infinity, 10)
    expect(messages.map(({ text }) => text)).toEqual(['are you there?'])
    expect(a.core.messages.older(peerId, Infinity, 10).messages.length).toBe(1)
  })

  it('somebody blocked is refused, and heard again once the block is lifted', async () => {
    b.core.messages.block(idOf(a), true)
    const refused = await a.core.messages.send(idOf(b), 'hello?')
    expect(refused.delivery).toMatchObject({ is: 'undeliverable', problem: { code: 'declined' } })
    expect(said(b, a)).toEqual([])
    b.core.messages.forget(idOf(a))
    expect((await a.core.messages.send(idOf(b), 'hello?')).delivery.is).toBe('undeliverable')
    b.core.messages.block(idOf(a), false)
    expect((await a.core.messages.send(idOf(b), 'hello?')).delivery.is).toBe('delivered')
  })

  it('what was said is there after a restart, and what was being sent did not arrive', async () => {
    await a.core.messages.send(idOf(b), 'keep this')
    b.core.messages.verify(idOf(a), true)
    const peerId = idOf(a)
    await b.core.stop()
    const back = await restart(b)
    expect(back.messages.older(peerId, Infinity, 10).messages.map(({ text }) => text)).toEqual(['keep this'])
    const known = back.messages.overview().people.find((each) => each.peerId === peerId)
    expect(known).toMatchObject({ name: 'laptop 1', unread: 1, verified: true, here: false })
  })

  it('people are found by name, by peer id and by address, within a bounded time', async () => {
    const { messages } = a.core
    const address = b.core.network().addresses[0]!
    for (const to of ['laptop 2', ' LAPTOP 2', idOf(b), address]) {
      expect((await messages.tell(to, `hi ${to}`, 5_000)).delivery.is).toBe('delivered')
    }
    expect(said(b, a).length).toBe(4)
    await expect(messages.tell('nobody', 'hi', 50)).rejects.toMatchObject({ code: 'peer-unreachable' })
    await expect(messages.tell('/nowhere/x', 'hi', 50)).rejects.toMatchObject({ code: 'bad-address' })
    await expect(messages.tell(idOf(a), 'hi', 50)).rejects.toMatchObject({ code: 'bad-usage' })
  })

  it('a name that two laptops have leads to neither', async () => {
    const twin = await net.add({ name: 'laptop 2' })
    await meet(a, twin)
    await expect(a.core.messages.tell('laptop 2', 'hi', 5_000)).rejects.toMatchObject({ code: 'bad-usage' })
    expect([...said(b, a), ...said(twin, a)]).toEqual([])
  })

  it('somebody who appears while they are looked for gets the note', async () => {
    const late = await net.add({ name: 'late' })
    const telling = a.core.messages.tell('late', 'finally', 15_000)
    await meet(a, late)
    expect((await telling).delivery.is).toBe('delivered')
    expect(said(late, a).length).toBe(1)
  })

  it('an accepted offer is downloaded, and its maker sees it arrive', async () => {
    const share = await shareFile(a, '강의.pdf', 400_000)
    expect(await a.core.messages.offer(share.id, [idOf(b)], 'for today')).toBeNull()
    const [offered] = said(b, a)
    expect(offered).toMatchObject({
      text: 'for today',
      offer: { name: '강의.pdf', size: 400_000, state: { is: 'open' } },
    })
    await b.core.messages.answer(idOf(a), offered!.id, { accept: true })
    await expect.poll(() => offerState(b, a)?.is, TIMEOUT).toBe('done')
    await expect.poll(() => offerState(a, b)?.is, TIMEOUT).toBe('done')
    expect(b.core.hub.shares()[0]).toMatchObject({ cid: share.cid, state: { is: 'serving' } })
  })

  it('a declined offer downloads nothing, and its maker is told', async () => {
    const share = await shareFile(a, 'film.bin', 1000)
    await a.core.messages.offer(share.id, [idOf(b)], '')
    await b.core.messages.answer(idOf(a), said(b, a)[0]!.id, { accept: false })
    await expect.poll(() => offerState(a, b), TIMEOUT).toEqual({ is: 'declined' })
    expect(b.core.hub.shares()).toEqual([])
  })

  it('an offer of what somebody has already is done at once', async () => {
    const share = await shareFile(a, 'film.bin', 5000)
    const id = await b.core.shares.download(share.link!, { peers: [] })
    await shareWhen(b, id, ({ state }) => state.is === 'serving')
    await a.core.messages.offer(share.id, [idOf(b)], '')
    expect(offerState(b, a)).toEqual({ is: 'done' })
    await expect.poll(() => offerState(a, b), TIMEOUT).toEqual({ is: 'done' })
  })

  it('a download that is removed half-way is told as failed, and an answer given while the maker was away later', async () => {
    const slow = await net.add({ limitDown: 8e5 })
    await meet(a, slow)
    const share = await shareFile(a, 'film.bin', 3_000_000)
    await a.core.messages.offer(share.id, [idOf(slow)], '')
    await slow.core.messages.answer(idOf(a), said(slow, a)[0]!.id, { accept: true })
    await expect.poll(() => offerState(a, slow)?.is, TIMEOUT).toBe('getting')
    await slow.core.shares.remove(slow.core.hub.shares()[0]!.id, true)
    await expect
      .poll(() => offerState(a, slow), TIMEOUT)
      .toMatchObject({ is: 'failed', problem: { code: 'cancelled' } })
  })

  it('what was answered while the maker was away is told when they are back', async () => {
    const share = await shareFile(a, 'film.bin', 1000)
    await a.core.messages.offer(share.id, [idOf(b)], '')
    const maker = idOf(a)
    await a.core.stop()
    await b.core.messages.answer(maker, b.core.messages.older(maker, Infinity, 1).messages[0]!.id, {
      accept: false,
    })
    const back = await restart(a)
    await back.connect(b.core.network().addresses[0]!)
    const state = () => back.messages.older(idOf(b), Infinity, 1).messages[0]?.offer?.state
    await expect.poll(state, TIMEOUT).toEqual({ is: 'declined' })
  })

  it('everyone nearby is offered a share at once; again means those who did not get it, and who came since', async () => {
    const c = await net.add()
    const d = await net.add()
    await meet(a, c)
    await meet(a, d)
    const share = await shareFile(a, 'film.bin', 200_000)
    d.core.messages.block(idOf(a), true)
    const roundId = (await a.core.messages.offer(share.id, undefined, ''))!
    const tiles = () => new Map(overview(a).rounds[0]!.tiles.map((tile) => [tile.peerId, tile]))
    await expect
      .poll(() => [...tiles().values()].map(({ delivery }) => delivery.is).toSorted(), TIMEOUT)
      .toEqual(['delivered', 'delivered', 'undeliverable'])
    expect(tiles().get(idOf(d))?.delivery).toMatchObject({ problem: { code: 'declined' } })
    await b.core.messages.answer(idOf(a), said(b, a)[0]!.id, { accept: true })
    await c.core.messages.answer(idOf(a), said(c, a)[0]!.id, { accept: false })
    await expect
      .poll(() => [tiles().get(idOf(b))?.state.is, tiles().get(idOf(c))?.state.is], TIMEOUT)
      .toEqual(['done', 'declined'])
    d.core.messages.block(idOf(a), false)
    const e = await net.add()
    await meet(a, e)
    const before = said(a, c)
    a.core.messages.offerAgain(roundId)
    await expect.poll(() => [said(d, a).length, said(e, a).length], TIMEOUT).toEqual([1, 1])
    expect([said(b, a).length, said(c, a).length]).toEqual([1, 1])
    expect(said(a, c)).toEqual(before)
    expect(tiles().size).toBe(4)
    a.core.messages.closeRound(roundId)
    expect(overview(a).rounds).toEqual([])
  })

  it('an offer that nobody answered is the same offer when it is made again', async () => {
    const c = await net.add()
    await meet(a, c)
    const share = await shareFile(a, 'film.bin', 1000)
    const roundId = (await a.core.messages.offer(share.id, undefined, ''))!
    const deliveries = () => overview(a).rounds[0]?.tiles.map(({ delivery }) => delivery.is)
    await expect.poll(deliveries, TIMEOUT).toEqual(['delivered', 'delivered'])
    b.core.messages.markRead(idOf(a))
    a.core.messages.offerAgain(roundId)
    await expect.poll(() => person(b, a)?.unread, TIMEOUT).toBe(1)
    expect(said(b, a).length).toBe(1)
  })

  it('everyone nearby does not mean those who are blocked here', async () => {
    const c = await net.add()
    await meet(a, c)
    a.core.messages.block(idOf(b), true)
    const share = await shareFile(a, 'film.bin', 1000)
    await a.core.messages.offer(share.id, undefined, '')
    await expect.poll(() => said(c, a).length, TIMEOUT).toBe(1)
    expect(overview(a).rounds[0]!.tiles.map(({ peerId }) => peerId)).toEqual([idOf(c)])
    a.core.messages.block(idOf(c), true)
    await expect(a.core.messages.offer(share.id, undefined, '')).rejects.toMatchObject({
      code: 'peer-unreachable',
    })
  })

  it('what cannot be a message is refused before anything is kept', async () => {
    const { messages } = a.core
    await expect(messages.send(idOf(b), ' \u200b')).rejects.toMatchObject({ code: 'bad-usage' })
    await expect(messages.send(idOf(b), 'x'.repeat(4_001))).rejects.toMatchObject({ code: 'too-large' })
    await expect(messages.send('nobody', 'x')).rejects.toMatchObject({ code: 'bad-address' })
    await expect(messages.offer('new-1', undefined, '')).rejects.toMatchObject({ code: 'not-found' })
    expect(() => messages.offerAgain('none')).toThrow(expect.objectContaining({ code: 'not-found' }))
    expect(overview(a).people.every(({ last }) => last === null)).toBe(true)
  })

  /** The same laptop, started again on its home. */
  async function restart(laptop: TestLaptop): Promise<Core> {
    const core = createCore({ ...laptop.core.config, log: silentLogger })
    extra.push(core)
    await core.start()
    return core
  }
})

async function collect<T>(source: AsyncIterable<T>, into: T[]): Promise<void> {
  for await (const item of source) into.push(item)
}
