import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import type { DnsResolution } from '../../../src/contract/index.ts'
import { createFormat } from '../format/format.ts'
import { createTranslator } from '../i18n/index.ts'
import { FakeNames } from '../testing/fake-names.ts'
import { milliseconds, outcomeWords, pathOf } from './path.ts'
import { peerPathOf } from './peer-path.ts'
import { countDown } from './use-names.ts'

const { client } = new FakeNames({ clock: systemClock, lively: false })
const english = { t: createTranslator('en').t, format: createFormat('en') }
const lines = (found: DnsResolution, page?: Parameters<typeof pathOf>[1]): string[] =>
  pathOf(found, page, english).messages.map(({ from, to, text, tone }) => `${from}>${to} ${tone} ${text}`)

describe('pathOf', () => {
  it('draws the walk from the root, then what is kept, then the answer', async () => {
    const found = await client.resolve({ name: 'www.example.com.' })
    const { actors } = pathOf(found, undefined, english)
    expect(actors.map(({ name }) => name)).toEqual([
      'Your program',
      'Local DNS server',
      'Root server',
      'TLD server',
      'Authoritative server',
    ])
    expect(lines(found)).toEqual([
      'you>local request www.example.com. A?',
      'local>local note not in the cache',
      'local>127.53.0.1 53 . request com. A?',
      '127.53.0.1 53 .>local response ask ns.com. (127.53.0.4)',
      'local>127.53.0.4 53 com. request example.com. A?',
      '127.53.0.4 53 com.>local response ask ns.example.com. (127.53.0.7)',
      'local>127.53.0.7 53 example.com. request www.example.com. A?',
      '127.53.0.7 53 example.com.>local response 127.53.0.80',
      'local>local note keeps it for 300 seconds',
      'local>you response 127.53.0.80',
    ])
  })

  it('draws the second time without a server', async () => {
    const found = await client.resolve({ name: 'www.example.com.' })
    expect(lines(found)).toEqual([
      'you>local request www.example.com. A?',
      'local>local note in the cache: 127.53.0.80',
      'local>you response 127.53.0.80',
    ])
  })

  it('ends at the web server once its page was fetched', async () => {
    const found = await client.resolve({ name: 'www.example.com.' })
    const page = await client.page({ name: 'www.example.com.' })
    expect(lines(found, page).slice(-2)).toEqual([
      'you>web request GET /',
      'web>you response 200, 635 B'.replace(' B', '\u00a0B'),
    ])
    expect(pathOf(found, page, english).actors.at(-1)).toMatchObject({ address: '127.53.0.80:80' })
  })

  it('shows who did not answer', async () => {
    const found = await client.resolve({ name: 'gone.example.org.' })
    const [first] = found.steps
    const failed: DnsResolution = {
      ...found,
      failure: 'no-server-answers',
      steps: [{ ...first!, outcome: 'timeout', rcode: 'TIMEOUT', records: [] }],
    }
    expect(lines(failed).slice(-2)).toEqual([
      '127.53.0.1 53 .>local problem no answer',
      'local>you problem None of the servers that should know gave a usable answer.',
    ])
  })
})

describe('peerPathOf', () => {
  it('draws each peer that was asked, and who kept the record', async () => {
    const found = await client.amongPeers({ name: 'hanas-laptop.shoal.internal.' })
    const { actors, messages } = peerPathOf(found, (id) => id.slice(-2), english.t)
    expect(actors.map(({ id }) => id)).toEqual(['me', ...new Set(found.steps.map(({ peerId }) => peerId))])
    expect(messages.map(({ tone, text }) => `${tone} ${text}`)).toEqual([
      'request hanas-laptop?',
      'request hanas-laptop?',
      'response 2 peers are closer',
      'request hanas-laptop?',
      'problem no answer',
      'response here is the record',
    ])
  })
})

describe('words', () => {
  it('tell a name that is not there from a type that is not there', async () => {
    const gone = await client.resolve({ name: 'gone.example.org.' })
    expect(outcomeWords(gone, english.t)).toBe('There is no such name.')
    const other = { ...gone, rcode: 'NOERROR', type: 'MX' }
    expect(outcomeWords(other, english.t)).toBe('The name is there, but it has no MX record.')
  })

  it('give milliseconds as precisely as they matter', () => {
    expect(milliseconds(0.04)).toBe('0.0\u00a0ms')
    expect(milliseconds(9.94)).toBe('9.9\u00a0ms')
    expect(milliseconds(10.4)).toBe('10\u00a0ms')
  })
})

describe('countDown', () => {
  it('takes off what has passed and leaves out what is over', () => {
    const line = { name: 'a.', type: 'A', is: 'records', data: [], leftMs: 2_500 } as const
    const mutable = { ...line, data: [] }
    expect(countDown([mutable], 0).map(({ seconds }) => seconds)).toEqual([3])
    expect(countDown([mutable], 1_600).map(({ seconds }) => seconds)).toEqual([1])
    expect(countDown([mutable], 2_500)).toEqual([])
    expect(countDown([mutable], -50).map(({ seconds }) => seconds)).toEqual([3])
  })
})
