/**
 * Look-ups by HTTP at a tracker with 100,000 announcements, each really signed, sent and checked: 50th and 99th
 * percentile, and what the tracker's process holds in memory.
 * `node bench/tracker.ts [--peers 200] [--keys 500] [--lookups 4000] [--at-once 4]`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, request, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { CID } from 'multiformats/cid'
import { create } from 'multiformats/hashes/digest'
import { sha256 } from '../src/content/index.ts'
import { signAnnouncement } from '../src/client-server/tracker/index.ts'

const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: '200' },
    keys: { type: 'string', default: '500' },
    lookups: { type: 'string', default: '4000' },
    'at-once': { type: 'string', default: '4' },
    json: { type: 'boolean' },
  },
})
const BATCH = 64
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const agent = new Agent({ keepAlive: true })
const digests = Array.from({ length: Number(values.keys) }, (_, key) =>
  sha256(new TextEncoder().encode(`share ${key}`)),
)
const cids = digests.map((digest) => CID.createV1(0x55, create(0x12, digest)).toString())

async function send(
  port: number,
  method: string,
  path: string,
  { body, expected = 200 }: { body?: string; expected?: number } = {},
): Promise<number> {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body ?? '') }
  const out = request({ host: '127.0.0.1', port, path, agent, method, headers: body ? headers : {} })
  out.end(body)
  const [response] = (await once(out, 'response')) as [IncomingMessage]
  let text = ''
  for await (const piece of response) text += String(piece)
  if (response.statusCode !== expected || text.includes('"Error"')) throw new Error(text.slice(0, 200))
  return text.length
}

/** All shares of one laptop, in a few requests. */
async function announceAll(port: number, peer: number): Promise<void> {
  const identity = await generateKeyPair('Ed25519')
  const host = `192.168.${peer >> 8}.${peer & 255}`
  const addresses = [`/ip4/${host}/tcp/42850`, `/ip6/fe80::${peer.toString(16)}/tcp/42850`]
  for (let at = 0; at < digests.length; at += BATCH) {
    const sequence = Date.now()
    const expires = sequence + 3_600_000
    const signed = digests.slice(at, at + BATCH).map((key) => {
      return signAnnouncement({ key, tracker: 'http://tracker:1', sequence, expires, addresses }, identity)
    })
    const Providers = (await Promise.all(signed)).map((envelope) => ({
      Schema: 'shoal-announce-1',
      Envelope: Buffer.from(envelope).toString('base64'),
    }))
    await send(port, 'PUT', '/routing/v1/providers', { body: JSON.stringify({ Providers }) })
  }
}

/** Milliseconds from a request to the last byte of its answer. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** Times of many requests, some at once, in ascending order. */
async function measure(
  count: number,
  atOnce: number,
  work: (i: number) => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = []
  let left = count
  const ask = async (): Promise<void> => {
    while (left-- > 0) times.push(await timed(() => work(left)))
  }
  await Promise.all(Array.from({ length: atOnce }, ask))
  return times.toSorted((a, b) => a - b)
}

function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!
}

/** Resident bytes of a process, now and at most so far; 0 where there is no /proc. */
function memoryOf(pid: number): { now: number; peak: number } {
  if (process.platform !== 'linux') return { now: 0, peak: 0 }
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const read = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024
  return { now: read('VmRSS'), peak: read('VmHWM') }
}

const entry = fileURLToPath(new URL('tracker-server.ts', import.meta.url))
const child = spawn(process.execPath, [entry], { stdio: ['pipe', 'pipe', 'inherit'] })
try {
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const { port } = JSON.parse(line) as { port: number }
  const empty = memoryOf(child.pid!).now
  const peers = Number(values.peers)
  for (let peer = 0; peer < peers; peer++) await announceAll(port, peer)

  const [count, atOnce] = [Number(values.lookups), Number(values['at-once'])]
  // What the machine and HTTP take by themselves, just now.
  const floor = await measure(count, atOnce, () => send(port, 'GET', '/routing/v1/', { expected: 404 }))
  const times = await measure(count, atOnce, async (i) => {
    const length = await send(port, 'GET', `/routing/v1/providers/${cids[i % cids.length]!}`)
    if (length < 1_000) throw new Error('hardly anybody is there')
  })
  const memory = memoryOf(child.pid!)
  const result = {
    bench: 'tracker',
    entries: peers * digests.length,
    lookups: times.length,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    floorP50Ms: percentile(floor, 0.5),
    floorP99Ms: percentile(floor, 0.99),
    emptyBytes: empty,
    rssBytes: memory.now,
    peakBytes: memory.peak,
  }
  const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`
  if (values.json) print(JSON.stringify(result))
  else {
    print(`entries  ${result.entries}`)
    print(`look-up  ${result.p50Ms.toFixed(2)} ms median, ${result.p99Ms.toFixed(2)} ms p99 (below 20)`)
    print(
      `HTTP     ${result.floorP50Ms.toFixed(2)} ms median, ${result.floorP99Ms.toFixed(2)} ms p99: a request for nothing, in the same run`,
    )
    print(
      `memory   ${mib(memory.now)} resident, ${mib(memory.peak)} at most (below 256), ${mib(empty)} when empty`,
    )
  }
} finally {
  agent.destroy()
  child.stdin.end()
}
