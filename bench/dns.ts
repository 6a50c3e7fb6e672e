/**
 * What an answer from the cache costs: CPU of our resolver for each query, against unbound's, at the same rate and with the same names,
 * asked by dnsperf in turns. `node bench/dns.ts [--rate 10000] [--seconds 5] [--rounds 3] [--hosts 1000]`. Says so when unbound and
 * dnsperf are not installed.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { freeUdpPort } from '../src/transport/test-port.ts'
import { cpuSeconds, median, print, tool } from './tools.ts'

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    hosts: { type: 'string', default: '1000' },
    json: { type: 'boolean' },
  },
})
const MOST = 2

interface Cost {
  readonly microseconds: number
  readonly asked: number
  readonly lost: number
}

/** Asks for some seconds; what it cost `pid`. */
function measure(dnsperf: string, port: number, pid: number, names: string): Cost {
  const { rate, seconds } = values
  const before = cpuSeconds(pid)
  const args = [
    '-s',
    '127.0.0.1',
    '-p',
    String(port),
    '-d',
    names,
    '-Q',
    rate,
    '-l',
    seconds,
    '-c',
    '8',
    '-q',
    '500',
  ]
  const { status, stdout, stderr } = spawnSync(dnsperf, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`dnsperf: ${stderr}`)
  const told = (what: string): number => Number(new RegExp(`${what}:\\s+(\\d+)`).exec(stdout)?.[1])
  const asked = told('Queries sent')
  if (!/NOERROR \d+ \(100\.00%\)/.test(stdout)) throw new Error(`not every answer is one:\n${stdout}`)
  return { microseconds: ((cpuSeconds(pid) - before) * 1e6) / asked, asked, lost: told('Queries lost') }
}

/** unbound with one thread and its cache, led straight to the zone. */
async function startUnbound(
  unbound: string,
  folder: string,
  zone: { address: string; port: number },
): Promise<{ child: ChildProcess; port: number }> {
  const port = await freeUdpPort()
  const config = join(folder, 'unbound.conf')
  writeFileSync(
    config,
    `server:
  interface: 127.0.0.1@${port}
  num-threads: 1
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: ""
  use-syslog: no
  do-not-query-localhost: no
  module-config: "iterator"
  so-rcvbuf: 0
stub-zone:
  name: "bench.com."
  stub-addr: ${zone.address}@${zone.port}
remote-control:
  control-enable: no
`,
  )
  const child = spawn(unbound, ['-c', config], { stdio: 'ignore' })
  await sleep(1_000)
  if (child.exitCode !== null) throw new Error('unbound does not start')
  return { child, port }
}

async function run(unbound: string, dnsperf: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-bench-dns-'))
  const names = join(folder, 'names')
  writeFileSync(names, Array.from({ length: Number(values.hosts) }, (_, i) => `h${i}.bench.com A\n`).join(''))
  const server = fileURLToPath(new URL('dns-server.ts', import.meta.url))
  const ours = spawn(process.execPath, [server, values.hosts], { stdio: ['pipe', 'pipe', 'inherit'] })
  let theirs: ChildProcess | undefined
  try {
    const [line] = (await once(createInterface(ours.stdout), 'line')) as [string]
    const { port, zone } = JSON.parse(line) as { port: number; zone: { address: string; port: number } }
    const started = await startUnbound(unbound, folder, zone)
    theirs = started.child
    const costs: { shoal: Cost; unbound: Cost }[] = []
    // The first round fills both caches.
    for (let round = 0; round <= Number(values.rounds); round++) {
      const cost = {
        shoal: measure(dnsperf, port, ours.pid!, names),
        unbound: measure(dnsperf, started.port, theirs.pid!, names),
      }
      if (round > 0) costs.push(cost)
    }
    return tell(costs)
  } finally {
    theirs?.kill()
    ours.stdin.end()
    rmSync(folder, { recursive: true })
  }
}

function tell(costs: readonly { shoal: Cost; unbound: Cost }[]): number {
  const shoal = median(costs.map((cost) => cost.shoal.microseconds))
  const unbound = median(costs.map((cost) => cost.unbound.microseconds))
  const lost = costs.reduce((sum, cost) => sum + cost.shoal.lost, 0)
  const lostByUnbound = costs.reduce((sum, cost) => sum + cost.unbound.lost, 0)
  const asked = costs.reduce((sum, cost) => sum + cost.shoal.asked, 0)
  const ratio = shoal / unbound
  if (values.json) print(JSON.stringify({ bench: 'dns', asked, lost, lostByUnbound, shoal, unbound, ratio }))
  else {
    print(`unbound  ${unbound.toFixed(1)} µs of CPU a query, ${lostByUnbound} lost`)
    print(`shoal    ${shoal.toFixed(1)} µs of CPU a query, ${lost} of ${asked} lost`)
    print(`ratio    ${ratio.toFixed(2)} (at most ${MOST})`)
  }
  return ratio <= MOST && lost === 0 ? 0 : 1
}

const [unbound, dnsperf] = [tool('unbound'), tool('dnsperf')]
if (process.platform !== 'linux' || !unbound || !dnsperf)
  print('skipped: unbound and dnsperf are not installed')
else process.exitCode = await run(unbound, dnsperf)
