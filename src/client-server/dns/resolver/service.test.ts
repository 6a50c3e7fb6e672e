import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DnsClient } from '../listener/index.ts'
import {
  CLASS,
  decodeMessage,
  encodeMessage,
  message,
  Name,
  question,
  RCODE,
  TYPE,
  type Edns,
  type Message,
} from '../wire/index.ts'
import { ClientAccess } from './client-access.ts'
import { readQuickQuery } from './quick-query.ts'
import { createResolverService } from './service.ts'
import { textbook, type TestInternet } from './test-internet.ts'

const HERE: DnsClient = { address: '127.0.0.1', port: 4000, transport: 'udp' }
const EDNS: Edns = { udpSize: 1232, version: 0, dnssecOk: false, options: [] }

function serve(internet: TestInternet = textbook()) {
  const resolver = internet.resolver()
  const answer = createResolverService({
    resolver,
    clock: internet.clock,
    access: new ClientAccess(() => []),
  })
  const raw = async (bytes: Uint8Array, client = HERE): Promise<Uint8Array | undefined> =>
    internet.settle(Promise.resolve(answer(bytes, client)))
  const ask = async (change: Partial<Message>, client = HERE): Promise<Message> => {
    const query = message({ id: 4711, recursionDesired: true, ...change })
    return decodeMessage((await raw(encodeMessage(query), client))!)
  }
  /** Whether it is answered at once, from what was sent before. */
  const isQuick = (change: Partial<Message>, client = HERE): boolean =>
    !(answer(encodeMessage(message({ recursionDesired: true, ...change })), client) instanceof Promise)
  return { internet, resolver, raw, ask, isQuick }
}

const www = [question(Name.parse('www.example.com.'), TYPE.A)]

describe('the resolver as a server', () => {
  it('answers with recursion available and without authority', async () => {
    const { ask } = serve()
    const reply = await ask({ questions: www, edns: EDNS })
    expect(reply).toMatchObject({
      id: 4711,
      response: true,
      rcode: RCODE.NOERROR,
      recursionDesired: true,
      recursionAvailable: true,
      authoritative: false,
      edns: { udpSize: 1232, version: 0, dnssecOk: false, options: [] },
    })
    expect(reply.answers.map(({ ttl, data }) => ({ ttl, data }))).toEqual([
      { ttl: 60, data: { kind: 'A', address: '192.0.2.80' } },
    ])
  })

  it('says NXDOMAIN, or nothing of that type, with the SOA that bounds it', async () => {
    const { ask } = serve()
    const gone = await ask({ questions: [question(Name.parse('gone.example.com.'), TYPE.A)] })
    expect([gone.rcode, gone.authorities[0]!.type, gone.authorities[0]!.ttl]).toEqual([
      RCODE.NXDOMAIN,
      TYPE.SOA,
      60,
    ])
    const none = await ask({ questions: [question(Name.parse('www.example.com.'), TYPE.TXT)] })
    expect([none.rcode, none.answers.length, none.authorities.length]).toEqual([RCODE.NOERROR, 0, 1])
  })

  it('says SERVFAIL when nobody could be asked', async () => {
    const internet = textbook()
    internet.remove('10.0.0.2')
    expect((await serve(internet).ask({ questions: www })).rcode).toBe(RCODE.SERVFAIL)
  })

  it('gives the aliases and what they lead to', async () => {
    const { ask } = serve()
    const { answers } = await ask({ questions: [question(Name.parse('www.example.org.'), TYPE.A)] })
    expect(answers.map(({ type }) => type)).toEqual([TYPE.CNAME, TYPE.A])
  })

  it('truncates for UDP and answers in full by TCP', async () => {
    const lines = Array.from({ length: 60 }, (_, i) => `many 60 A 10.7.0.${i}`)
    const { ask } = serve(textbook().zone('10.0.0.4', 'example.com.', ...lines))
    const questions = [question(Name.parse('many.example.com.'), TYPE.A)]
    const byUdp = await ask({ questions })
    expect([byUdp.truncated, byUdp.answers.length]).toEqual([true, 0])
    expect((await ask({ questions, edns: EDNS })).truncated).toBe(false)
    const byTcp = await ask({ questions }, { ...HERE, transport: 'tcp' })
    expect([byTcp.truncated, byTcp.answers.length]).toEqual([false, 60])
    // What was kept for TCP must not go to who takes less.
    expect((await ask({ questions })).truncated).toBe(true)
  })

  it.each([
    ['127.0.0.1', true],
    ['::1', true],
    ['192.168.7.7', true],
    ['::ffff:10.0.0.7', true],
    ['fe80::1%eth0', true],
    ['fd00::7', true],
    ['169.254.3.4', true],
    ['172.31.0.1', true],
    ['172.32.0.1', false],
    ['8.8.8.8', false],
    ['::ffff:8.8.8.8', false],
    ['2001:4860:4860::8888', false],
    ['nonsense', false],
  ])('answers this machine and its networks alone: %s', async (address, allowed) => {
    const { ask, internet } = serve()
    const reply = await ask({ questions: www }, { ...HERE, address })
    expect(reply.rcode).toBe(allowed ? RCODE.NOERROR : RCODE.REFUSED)
    expect(internet.asked.length > 0).toBe(allowed)
  })

  it('takes a public network this machine is on for its own', () => {
    let networks = ['203.0.113.9/24', '2001:db8:7::9/64']
    const access = new ClientAccess(() => networks)
    expect(access.isAllowed('203.0.113.200')).toBe(true)
    expect(access.isAllowed('203.0.114.1')).toBe(false)
    expect(access.isAllowed('2001:db8:7::abc')).toBe(true)
    networks = []
    access.refresh()
    expect(access.isAllowed('203.0.113.200')).toBe(false)
  })

  it.each<[string, Partial<Message>, number]>([
    ['no question', { questions: [] }, RCODE.FORMERR],
    ['two questions', { questions: [...www, ...www] }, RCODE.FORMERR],
    ['OPT as a question', { questions: [question(Name.root, TYPE.OPT)] }, RCODE.FORMERR],
    ['another operation', { questions: www, opcode: 2 }, RCODE.NOTIMP],
    ['an update', { questions: www, opcode: 5 }, RCODE.NOTIMP],
    ['class CHAOS', { questions: [{ ...www[0]!, class: CLASS.CH }] }, RCODE.REFUSED],
    ['class ANY', { questions: [{ ...www[0]!, class: CLASS.ANY }] }, RCODE.REFUSED],
    ['a transfer', { questions: [question(Name.root, TYPE.AXFR)] }, RCODE.NOTIMP],
    ['a later EDNS', { questions: www, edns: { ...EDNS, version: 1 } }, RCODE.BADVERS],
    ['no recursion, and nothing known', { questions: www, recursionDesired: false }, RCODE.REFUSED],
  ])('refuses %s without asking anybody', async (_what, change, rcode) => {
    const { ask, internet } = serve()
    expect((await ask(change)).rcode).toBe(rcode)
    expect(internet.asked).toEqual([])
  })

  it('tells what it knows to who wants no recursion', async () => {
    const { ask } = serve()
    await ask({ questions: www })
    expect((await ask({ questions: www, recursionDesired: false })).answers).toHaveLength(1)
  })

  it('answers ANY with one small record (RFC 8482)', async () => {
    const { ask } = serve()
    const { answers } = await ask({ questions: [question(Name.parse('example.com.'), TYPE.ANY)] })
    expect(answers.map(({ type }) => type)).toEqual([13])
  })

  it('does not answer answers, nor what is no message', async () => {
    const { raw } = serve()
    expect(await raw(encodeMessage(message({ response: true, questions: www })))).toBeUndefined()
    expect(await raw(new Uint8Array(11))).toBeUndefined()
    expect(
      await raw(encodeMessage(message({ response: true })), { ...HERE, address: '8.8.8.8' }),
    ).toBeUndefined()
    const truncated = encodeMessage(message({ id: 9, questions: www })).subarray(0, 20)
    expect(decodeMessage((await raw(truncated))!)).toMatchObject({ id: 9, rcode: RCODE.FORMERR })
  })

  it('survives any octets', async () => {
    const { raw } = serve()
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async (bytes) => {
        const reply = await raw(bytes)
        if (reply) expect(decodeMessage(reply).response).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('an answer that was given before', () => {
  it('is given again at once: with the new id and letters, and less time to live', async () => {
    const { ask, isQuick, internet } = serve()
    const first = await ask({ questions: www, edns: EDNS })
    expect(isQuick({ questions: www, edns: EDNS })).toBe(true)
    internet.clock.advance(17_500)
    const questions = [question(Name.parse('WwW.ExAmPlE.cOm.'), TYPE.A)]
    const again = await ask({ id: 815, questions, edns: EDNS, checkingDisabled: true })
    expect(again.id).toBe(815)
    expect(again.checkingDisabled).toBe(true)
    expect(again.questions[0]!.name.toString()).toBe('WwW.ExAmPlE.cOm.')
    expect(again.answers[0]!.data).toEqual(first.answers[0]!.data)
    expect(again.answers[0]!.ttl).toBe(43)
    expect(again.edns).toEqual(first.edns)
    expect((await ask({ questions: www, edns: EDNS })).checkingDisabled).toBe(false)
  })

  it('ends with its shortest time to live', async () => {
    const { ask, isQuick, internet } = serve()
    const questions = [question(Name.parse('web.example.com.'), TYPE.A)]
    expect((await ask({ questions })).answers.map(({ ttl }) => ttl)).toEqual([30, 60])
    internet.clock.advance(29_000)
    expect(isQuick({ questions })).toBe(true)
    internet.clock.advance(1_000)
    expect(isQuick({ questions })).toBe(false)
  })

  it('is kept apart by EDNS and DNSSEC, and forgotten when the cache is emptied', async () => {
    const { ask, isQuick, resolver } = serve()
    await ask({ questions: www })
    expect(isQuick({ questions: www, edns: EDNS })).toBe(false)
    await ask({ questions: www, edns: { ...EDNS, dnssecOk: true } })
    expect((await ask({ questions: www, edns: { ...EDNS, dnssecOk: true } })).edns!.dnssecOk).toBe(true)
    expect((await ask({ questions: www })).edns).toBeUndefined()
    resolver.clear()
    expect(isQuick({ questions: www })).toBe(false)
  })

  it('is not kept for a failure', async () => {
    const internet = textbook().server('10.0.0.4', () => ({ rcode: RCODE.SERVFAIL }))
    const { ask, isQuick } = serve(internet)
    await ask({ questions: www })
    expect(isQuick({ questions: www })).toBe(false)
  })

  it('is not confused with another’s: a label with a dot in it is another name', async () => {
    const internet = textbook()
    internet.zone('10.0.0.4', 'example.com.', 'a.b 60 A 192.0.2.81', 'a\\.b 60 A 192.0.2.82')
    const { ask } = serve(internet)
    const addresses = async (name: string): Promise<unknown> =>
      (await ask({ questions: [question(Name.parse(name), TYPE.A)] })).answers[0]!.data
    for (let i = 0; i < 2; i++) {
      expect(await addresses('a.b.example.com.')).toMatchObject({ address: '192.0.2.81' })
      expect(await addresses('a\\.b.example.com.')).toMatchObject({ address: '192.0.2.82' })
    }
  })
})

describe('readQuickQuery', () => {
  it('takes no query that the decoder refuses or reads otherwise', () => {
    const base = [
      encodeMessage(message({ id: 1, recursionDesired: true, questions: www })),
      encodeMessage(message({ id: 1, recursionDesired: true, questions: www, edns: EDNS })),
    ]
    const mutation = fc.record({
      which: fc.nat(1),
      changes: fc.array(fc.record({ at: fc.nat(60), to: fc.nat(255) }), { minLength: 0, maxLength: 3 }),
      cut: fc.nat(60),
    })
    fc.assert(
      fc.property(mutation, ({ which, changes, cut }) => {
        const bytes = Uint8Array.from(base[which]!)
        for (const { at, to } of changes) if (at < bytes.length) bytes[at] = to
        const query = bytes.subarray(0, Math.max(0, bytes.length - (cut > 30 ? cut - 30 : 0)))
        const quick = readQuickQuery(query)
        if (!quick) return
        const read = decodeMessage(query)
        expect(read.questions).toHaveLength(1)
        expect(read.response || !read.recursionDesired || read.opcode !== 0).toBe(false)
        expect(quick.nameEnd).toBe(12 + read.questions[0]!.name.wireLength)
        expect(quick.key.startsWith(read.questions[0]!.name.key)).toBe(true)
        expect(quick.limit).toBe(Math.min(1232, Math.max(512, read.edns?.udpSize ?? 0)))
        expect(read.edns?.version ?? 0).toBe(0)
      }),
      { numRuns: 3_000 },
    )
  })

  it('knows queries by their question and not by their letters', () => {
    const keyOf = (text: string, type: number, edns?: Edns): string | undefined =>
      readQuickQuery(
        encodeMessage(
          message({ recursionDesired: true, questions: [question(Name.parse(text), type)], edns }),
        ),
      )?.key
    expect(keyOf('WWW.example.com.', TYPE.A)).toBe(keyOf('www.EXAMPLE.com.', TYPE.A))
    const others = [
      keyOf('www.example.com.', TYPE.A),
      keyOf('www.example.com.', TYPE.AAAA),
      keyOf('ww.example.com.', TYPE.A),
      keyOf('www.example.com.', TYPE.A, EDNS),
      keyOf('www.example.com.', TYPE.A, { ...EDNS, dnssecOk: true }),
      keyOf('.', TYPE.A),
    ]
    expect(new Set(others).size).toBe(others.length)
  })
})
