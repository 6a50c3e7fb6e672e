/**
 * Every measurement, one after the other: `npm run bench [-- NAME…]`. Each compares with something measured in the same run
 * (a raw hash, nginx, the textbook's bound), because the machine's own speed differs from day to day.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What is run, and how large: some minutes for all of them. */
const BENCHES: ReadonlyMap<string, readonly string[]> = new Map([
  ['simulator', ['simulator.ts', '--seeds', '1']],
  ['hash', ['hash.ts', '512']],
  ['swarm', ['swarm.ts', '512', 'tls']],
  ['shaped', ['shaped.ts']],
  ['rpc', ['rpc.ts']],
  ['http', ['http.ts', '--size', '64MiB']],
  ['tracker', ['tracker.ts']],
  ['mail', ['mail.ts']],
  ['dns', ['dns.ts']],
])

function run([file, ...args]: readonly string[]): Promise<number> {
  const path = fileURLToPath(new URL(file!, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'inherit', 'inherit'] })
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
}

const wanted = process.argv.slice(2)
for (const name of wanted) {
  if (BENCHES.has(name)) continue
  process.stderr.write(`there is no bench "${name}": ${[...BENCHES.keys()].join(', ')}\n`)
  process.exit(2)
}
for (const [name, command] of BENCHES) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  process.stdout.write(`\n== ${name}\n`)
  const code = await run(command)
  if (code !== 0) process.exitCode = code
}
