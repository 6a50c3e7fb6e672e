import { base36 } from 'multiformats/bases/base36'
import { beforeEach, describe, expect, it } from 'vitest'
import { systemClock, VirtualClock } from '../../base/index.ts'
import { parseShareCid } from '../../content/index.ts'
import { testFile } from '../../content/test-shares.ts'
import { LOOKUPS_AT_ONCE, MAX_BATCH, MAX_BODY_BYTES } from './limits.ts'
import {
  ADDRESS,
  digestOf,
  discoveryOf,
  newKey,
  runTracker,
  signed,
  type TestTracker,
} from './test-tracker.ts'
import { formatAnnounce, parseProviders, parseResults } from './wire.ts'

let at: TestTracker
beforeEach(async () => {
  at = await runTracker()
})

const path = '/routing/v1/providers'
const key = discoveryOf('share').toString()

function put(body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
  const type = { 'Content-Type': 'application/json' }
  return fetch(at.url + path, { method: 'PUT', body, headers: { ...type, ...headers } })
}

describe('the HTTP API of a tracker', () => {
  it('takes announcements and gives providers as JSON or lines of it (Delegated Routing v1)', async () => {
    const [one, two] = [await newKey(), await newKey()]
    const reply = await put(formatAnnounce([await signed(systemClock, one), await signed(systemClock, two)]))
    expect(reply.status).toBe(200)
    expect(parseResults(await reply.text())).toEqual(['accepted', 'accepted'])

    const json = await fetch(`${at.url}${path}/${key}`, { headers: { Accept: 'application/json' } })
    expect(json.headers.get('content-type')).toBe('application/json')
    expect(json.headers.get('vary')).toBe('Accept')
    const { Providers } = (await json.json()) as {
      Providers: { Schema: string; ID: string; Addrs: string[] }[]
    }
    expect(Providers.length).toBe(2)
    expect(Providers[0]).toMatchObject({ Schema: 'peer', Addrs: [ADDRESS] })

    const lines = await fetch(`${at.url}${path}/${key}`, { headers: { Accept: 'application/x-ndjson' } })
    expect(lines.headers.get('content-type')).toBe('application/x-ndjson')
    const records = (await lines.text()).trimEnd().split('\n')
    expect(records.map((line) => (JSON.parse(line) as { ID: string }).ID).toSorted()).toEqual(
      Providers.map(({ ID }) => ID).toSorted(),
    )
  })

  it('knows nobody rather than nothing, and takes the key in another base', async () => {
    const none = await fetch(`${at.url}${path}/${discoveryOf('other').toString()}`)
    expect([none.status, await none.text()]).toEqual([200, '{"Providers":[]}\n'])
    await at.tracker.announce(await signed(systemClock, await newKey()), 'x')
    const other = discoveryOf('share').toString(base36)
    expect(parseProviders(await (await fetch(`${at.url}${path}/${other}`)).text()).length).toBe(1)
    const head = await fetch(`${at.url}${path}/${key}`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  it('is never asked for a share itself: its CID is the capability', async () => {
    const cid = testFile('share').cid.toString()
    expect(parseShareCid(cid)).toBeDefined()
    for (const text of [cid, 'nonsense', 'bafkqaaa', `${key}x`, 'a'.repeat(300), '..%2f']) {
      expect([text, (await fetch(`${at.url}${path}/${text}`)).status]).toEqual([text, 422])
    }
  })

  it('says of each announcement what became of it, and with its status when all were refused', async () => {
    const peer = await newKey()
    const good = await signed(systemClock, peer)
    const forged = Uint8Array.from(good)
    forged[forged.length - 1]! ^= 1
    const elsewhere = await signed(systemClock, peer, { tracker: 'http://10.1.1.1:1' })
    const expired = await signed(systemClock, peer, { expires: systemClock.wallNow() - 1 })
    const endless = await signed(systemClock, peer, { expires: systemClock.wallNow() + 10 ** 9 })
    const status = async (...envelopes: Uint8Array[]): Promise<unknown[]> => {
      const reply = await put(formatAnnounce(envelopes))
      return [reply.status, ...parseResults(await reply.text())]
    }
    expect(await status(forged)).toEqual([403, 'forged'])
    expect(await status(elsewhere)).toEqual([421, 'other-tracker'])
    expect(await status(expired)).toEqual([410, 'expired'])
    expect(await status(endless)).toEqual([422, 'expires-too-late'])
    expect(await status(new Uint8Array([1]))).toEqual([400, 'malformed'])
    expect(await status(good)).toEqual([200, 'accepted'])
    expect(await status(good)).toEqual([409, 'replayed'])
    expect(await status(good, await signed(systemClock, await newKey()))).toEqual([
      200,
      'replayed',
      'accepted',
    ])
  })

  it.each([
    ['', 400],
    ['null', 400],
    ['[]', 400],
    ['{"Providers":[]}', 400],
    ['{"Providers":{}}', 400],
    ['{"Providers":[null]}', 400],
    ['{"Providers":[{"Schema":"bitswap","Envelope":"AAAA"}]}', 400],
    ['{"Providers":[{"Schema":"shoal-announce-1","Envelope":"<>"}]}', 400],
    ['{"Providers":[{"Schema":"shoal-announce-1","Envelope":7}]}', 400],
    ['{'.repeat(10_000), 400],
    ['[', 400],
    [Buffer.from([0xff, 0xfe]), 400],
    [formatAnnounce(Array.from({ length: MAX_BATCH + 1 }, () => new Uint8Array([1]))), 400],
    ['x'.repeat(MAX_BODY_BYTES + 1), 413],
  ])('refuses the body %.30s with %i and lives on', async (body, status) => {
    expect((await put(body)).status).toBe(status)
    expect((await fetch(`${at.url}${path}/${key}`)).status).toBe(200)
  })

  it('stops reading a body that says no length and never ends', async () => {
    let sent = 0
    const body = new ReadableStream({
      pull(controller) {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536))
      },
    })
    const headers = { 'Content-Type': 'application/json' }
    const reply = fetch(at.url + path, { method: 'PUT', body, headers, duplex: 'half' })
    // The answer may be lost when the connection ends while the client still sends.
    expect(await reply.then(({ status }) => status).catch(() => 413)).toBe(413)
    expect(sent).toBeLessThan(100 * MAX_BODY_BYTES)
  })

  it('refuses other types of body, other methods and other paths', async () => {
    expect((await put('{}', { 'Content-Type': 'text/plain' })).status).toBe(400)
    const post = await fetch(at.url + path, { method: 'POST', body: 'x' })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'PUT'])
    const del = await fetch(`${at.url}${path}/${key}`, { method: 'DELETE' })
    expect([del.status, del.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect((await fetch(`${at.url}/routing/v1/peers/x`)).status).toBe(404)
  })

  it('says when it is asked too often', async () => {
    at = await runTracker({ clock: new VirtualClock() })
    for (let i = 0; i < LOOKUPS_AT_ONCE; i++) at.tracker.providers(digestOf('share'), '127.0.0.1')
    const reply = await fetch(`${at.url}${path}/${key}`)
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, '5'])
  })
})

describe('an answer of a stranger’s tracker', () => {
  it('is read for its peers, and what is none is left out', () => {
    const ID = '12D3KooWNvSZnPi3RrhrTwEY4LuuBeB6K6facKUCJcyWG1aoDd2p'
    const body = {
      Providers: [
        { Schema: 'peer', ID, Addrs: [ADDRESS, '/unix/%2Ftmp%2Fx', 7, 'x'.repeat(9_999)] },
        { Schema: 'bitswap', ID, Addrs: [ADDRESS] },
        { Schema: 'peer', ID: 'nobody', Addrs: [] },
        { Schema: 'peer', ID, Addrs: null },
        null,
      ],
    }
    expect(parseProviders(JSON.stringify(body))).toEqual([
      { peer: ID, addresses: [ADDRESS] },
      { peer: ID, addresses: [] },
    ])
    expect(parseProviders('{"Providers":null}')).toEqual([])
    expect(() => parseProviders('<html>')).toThrow('not JSON')
  })
})
