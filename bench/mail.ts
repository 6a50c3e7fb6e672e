/**
 * What a message costs: CPU of the mail server for each, with a commit to the disk before every reply, against Postfix's smtp-sink, which
 * throws them away. Both take the same messages from Postfix's smtp-source over the same number of kept connections, in turns.
 * `node bench/mail.ts [--messages 5000] [--connections 10] [--bytes 4096] [--rounds 3]`. Says so when Postfix's tools are not installed.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '5000' },
    connections: { type: 'string', default: '10' },
    bytes: { type: 'string', default: '4096' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean' },
  },
})
const MOST = 6
const print = (line: string): void => void process.stdout.write(`${line}\n`)

function tool(name: string): string | undefined {
  return ['/usr/sbin', '/usr/bin', '/usr/local/sbin']
    .map((dir) => `${dir}/${name}`)
    .find((path) => existsSync(path))
}

/** Seconds of CPU a process has used, in user and kernel mode. */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Microseconds of CPU of `pid` for each message. */
function measure(source: string, port: number, pid: number): number {
  const before = cpuOf(pid)
  const { messages, connections, bytes } = values
  const args = [
    '-d',
    '-s',
    connections,
    '-m',
    messages,
    '-l',
    bytes,
    '-f',
    'bob@source.test',
    '-t',
    'alice@bench.test',
  ]
  const { status, stderr } = spawnSync(source, [...args, `127.0.0.1:${port}`], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`smtp-source: ${stderr}`)
  return ((cpuOf(pid) - before) * 1e6) / Number(messages)
}

async function stored(child: ChildProcess, lines: NodeJS.EventEmitter): Promise<number> {
  child.stdin!.write('\n')
  const [line] = (await once(lines, 'line')) as [string]
  return (JSON.parse(line) as { stored: number }).stored
}

const median = (all: readonly number[]): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!

async function run(source: string, sink: string): Promise<number> {
  const sinkPort = await freePort()
  const sinkProcess = spawn(sink, ['-u', 'nobody', `127.0.0.1:${sinkPort}`, '1000'], { stdio: 'ignore' })
  const child = spawn(process.execPath, [fileURLToPath(new URL('mail-server.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    const lines = createInterface(child.stdout)
    const [line] = (await once(lines, 'line')) as [string]
    const { port } = JSON.parse(line) as { port: number }
    const costs: { shoal: number; sink: number }[] = []
    // The first round warms both up.
    for (let round = 0; round <= Number(values.rounds); round++) {
      const cost = {
        shoal: measure(source, port, child.pid!),
        sink: measure(source, sinkPort, sinkProcess.pid!),
      }
      if (round > 0) costs.push(cost)
    }
    const expected = (Number(values.rounds) + 1) * Number(values.messages)
    const kept = await stored(child, lines)
    if (kept !== expected) throw new Error(`${expected} messages were sent, ${kept} lie in the mailbox`)
    const shoal = median(costs.map((cost) => cost.shoal))
    const sinkCost = median(costs.map((cost) => cost.sink))
    const result = {
      bench: 'mail',
      messages: kept,
      shoalMicroseconds: shoal,
      sinkMicroseconds: sinkCost,
      ratio: shoal / sinkCost,
    }
    if (values.json) print(JSON.stringify(result))
    else {
      print(`smtp-sink  ${sinkCost.toFixed(0)} µs of CPU a message, thrown away`)
      print(`shoal      ${shoal.toFixed(0)} µs of CPU a message, each in the mailbox before its reply`)
      print(`ratio      ${result.ratio.toFixed(2)} (at most ${MOST})`)
    }
    return result.ratio <= MOST ? 0 : 1
  } finally {
    sinkProcess.kill()
    child.stdin.end()
  }
}

const [source, sink] = [tool('smtp-source'), tool('smtp-sink')]
if (process.platform !== 'linux' || !source || !sink)
  print('skipped: Postfix’s smtp-source and smtp-sink are not installed')
else process.exitCode = await run(source, sink)
