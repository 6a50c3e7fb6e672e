import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sleep } from '../../../base/index.ts'
import { DnsListener } from '../listener/index.ts'
import { Name, parseType, question, TYPE } from '../wire/index.ts'
import { formatRdata } from '../zone/index.ts'
import { createExchange } from './exchange.ts'
import { Resolver } from './resolver.ts'

const NSD = ['/usr/sbin/nsd', '/usr/local/sbin/nsd'].find((path) => existsSync(path))
const MANY_TEXTS = Array.from({ length: 12 }, (_, i) => `big TXT "${String(i).padStart(2, '0').repeat(60)}"`)
const SOA = '@ SOA ns host 1 3600 600 86400 60\n@ NS ns'

/** Each served by an nsd at an address of its own, all at one port. */
const ZONES = [
  { zone: '.', address: '127.0.0.21', text: 'test. NS ns.test.\nns.test. A 127.0.0.22' },
  {
    zone: 'test.',
    address: '127.0.0.22',
    text: [
      'www A 192.0.2.1\nalias CNAME www\nout CNAME www.kid.test.\n*.wild TXT "any"\na.b.c.ent A 192.0.2.9',
      'kid NS ns.kid\nns.kid A 127.0.0.23\nlame NS ns.lame\nns.lame A 127.0.0.24',
      ...MANY_TEXTS,
    ].join('\n'),
  },
  { zone: 'kid.test.', address: '127.0.0.23', text: 'www A 192.0.2.77\n@ MX 10 www' },
]

/** What a question comes to, and who was asked for it, by the last octet of the address. */
const CASES: readonly (readonly [string, string, string])[] = [
  ['www.test A', '192.0.2.1', '21 22'],
  ['alias.test A', 'www.test. 192.0.2.1', '21 22'],
  ['out.test A', 'www.kid.test. 192.0.2.77', '21 22 22 23'],
  ['x.y.wild.test TXT', '"any"', '21 22 22 22'],
  ['b.c.ent.test A', 'no-data', '21 22 22 22'],
  ['a.b.c.ent.test A', '192.0.2.9', '21 22 22 22 22'],
  ['gone.test A', 'no-name', '21 22'],
  ['www.test MX', 'no-data', '21 22'],
  ['kid.test MX', '10 www.kid.test.', '21 22 23'],
  ['kid.test DS', 'no-data', '21 22'],
  ['x.lame.test A', 'failed', '21 22 24 24'],
]

describe.skipIf(NSD === undefined)(
  'the resolver over zones that nsd serves (skipped where nsd is not installed)',
  () => {
    let folder = ''
    const stops: (() => Promise<unknown>)[] = []
    let make: () => Resolver

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'shoal-nsd-'))
      const port = await freePort()
      for (const served of ZONES) stops.push(await startNsd(folder, served, port))
      const exchange = createExchange()
      await answers(exchange, port)
      const [root] = ZONES
      const roots = [{ name: Name.parse('ns.'), addresses: [{ address: root!.address, port }] }]
      make = () => new Resolver({ exchange, roots, portOf: () => port })
    })

    afterAll(async () => {
      for (const stop of stops) await stop()
      await rm(folder, { recursive: true, force: true })
    })

    it.each(CASES)('%s is %s, asking %s', async (asked, result, servers) => {
      const [name = '', type = ''] = asked.split(' ')
      const { outcome, steps } = await make().resolve(question(Name.parse(name), parseType(type)!))
      const shown =
        outcome.is === 'records'
          ? [...outcome.aliases, ...outcome.records].map(formatRdata).join(' ')
          : outcome.is
      expect(shown).toBe(result)
      expect(steps.map(({ server }) => server?.address.split('.').at(-1)).join(' ')).toBe(servers)
    })

    it('takes by TCP what has no room in a datagram', async () => {
      const { outcome, steps } = await make().resolve(question(Name.parse('big.test'), TYPE.TXT))
      expect(outcome.is === 'records' && outcome.records).toHaveLength(MANY_TEXTS.length)
      expect(steps.at(-1)!.transport).toBe('tcp')
    })
  },
)

async function freePort(): Promise<number> {
  const listener = new DnsListener({ host: '127.0.0.21', port: 0, answer: () => undefined })
  await listener.start()
  const { port } = listener
  await listener.stop()
  return port
}

async function startNsd(
  folder: string,
  { zone, address, text }: (typeof ZONES)[number],
  port: number,
): Promise<() => Promise<unknown>> {
  const at = (name: string): string => join(folder, `${address}-${name}`)
  await writeFile(at('zone'), `$ORIGIN ${zone}\n$TTL 300\n${SOA}\nns A ${address}\n${text}\n`)
  const settings = {
    'ip-address': `${address}@${port}`,
    zonesdir: `"${folder}"`,
    database: '""',
    pidfile: `"${at('pid')}"`,
    xfrdfile: `"${at('xfrd')}"`,
    zonelistfile: `"${at('list')}"`,
    xfrdir: `"${folder}"`,
    username: '""',
    'server-count': '1',
  }
  const lines = Object.entries(settings).map(([key, value]) => `  ${key}: ${value}`)
  const control = 'remote-control:\n  control-enable: no'
  const served = `zone:\n  name: "${zone}"\n  zonefile: "${at('zone')}"`
  await writeFile(at('conf'), `server:\n${lines.join('\n')}\n${control}\n${served}\n`)
  const child = spawn(NSD!, ['-d', '-c', at('conf')], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  return () => {
    child.kill()
    return ended
  }
}

/** Waits until every server answers for its zone. */
async function answers(exchange: ReturnType<typeof createExchange>, port: number): Promise<void> {
  for (const { zone, address } of ZONES) {
    const asked = question(Name.parse(zone), TYPE.SOA)
    for (let tries = 0; tries < 100; tries++) {
      const reply = await exchange({ address, port }, asked, { timeoutMs: 500 }).catch(() => undefined)
      if (reply?.message.authoritative) break
      await sleep(100)
    }
  }
}
