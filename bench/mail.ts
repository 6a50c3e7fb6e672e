/**
 * What a message costs: CPU of the mail server for each, with a commit to the disk before every reply, against Postfix's smtp-sink, which
 * throws them away. Both take the same messages from Postfix's smtp-source over the same number of kept connections, in turns.
 * `node bench/mail.ts [--messages 5000] [--connections 10] [--bytes 4096] [--rounds 3]`. Says so when Postfix's tools are not installed.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { freePort } from '../src/transport/test-port.ts'
import { cpuSeconds, median, print, tool } from './tools.ts'

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

/** Microseconds of CPU of `pid` for each message. */
function measure(source: string, port: number, pid: number): number {
  const before = cpuSeconds(pid)
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
  return ((cpuSeconds(pid) - before) * 1e6) / Number(messages)
}

async function stored(child: ChildProcess, lines: NodeJS.EventEmitter): Promise<number> {
  child.stdin!.write('\n')
  const [line] = (await once(lines, 'line')) as [string]
  return (JSON.parse(line) as { stored: number }).stored
}

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
