/**
 * One client, unshaped, on this machine: Shoal's HTTP server against nginx with the same file, in turns, in one run.
 * `node bench/http.ts [--size 1GiB] [--rounds 5]`. The client is curl writing to /dev/null; both serve from the page cache.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { parseSize, seededRandom } from '../src/base/index.ts'
import { freePort } from '../src/transport/test-port.ts'
import { median, print } from './tools.ts'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '1GiB' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean' },
  },
})

function makeFile(path: string, bytes: number): void {
  const block = seededRandom(1).bytes(1024 * 1024)
  const fd = openSync(path, 'w')
  for (let at = 0; at < bytes; at += block.length) writeSync(fd, block, 0, Math.min(block.length, bytes - at))
}

async function startNginx(root: string, temp: string): Promise<{ process: ChildProcess; port: number }> {
  const port = await freePort()
  const conf = join(temp, 'nginx.conf')
  writeFileSync(
    conf,
    `${process.getuid?.() === 0 ? 'user root; ' : ''}daemon off; worker_processes 1; pid ${temp}/nginx.pid; error_log stderr error;
events { worker_connections 64; }
http { access_log off; sendfile on; tcp_nopush on; root ${root};
  client_body_temp_path ${temp}/b; proxy_temp_path ${temp}/p; fastcgi_temp_path ${temp}/f; uwsgi_temp_path ${temp}/u; scgi_temp_path ${temp}/s;
  server { listen 127.0.0.1:${port}; } }
`,
  )
  const child = spawn('nginx', ['-p', temp, '-c', conf], { stdio: ['ignore', 'ignore', 'inherit'] })
  await untilOpen(port)
  return { process: child, port }
}

async function untilOpen(port: number): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const up = spawnSync('curl', ['-s', '-o', '/dev/null', '-I', `http://127.0.0.1:${port}/`]).status === 0
    if (up) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('nginx does not answer')
}

async function startShoal(
  file: string,
  home: string,
): Promise<{ process: ChildProcess; port: number; cid: string }> {
  const entry = fileURLToPath(new URL('http-server.ts', import.meta.url))
  const child = spawn(process.execPath, [entry, file, home], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { process: child, ...(JSON.parse(line) as { port: number; cid: string }) }
}

/** Bytes per second of one download. */
function fetchOnce(url: string): number {
  const run = spawnSync('curl', ['-sS', '-f', '-o', '/dev/null', '-w', '%{speed_download}', url], {
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(run.stderr)
  return Number(run.stdout)
}

if (spawnSync('nginx', ['-v']).error) {
  print('skipped: no nginx on this machine')
  process.exit(0)
}
const temp = mkdtempSync(join(tmpdir(), 'shoal-bench-http-'))
const bytes = parseSize(values.size)
const root = join(temp, 'root')
mkdirSync(root)
makeFile(join(root, 'file.bin'), bytes)
const nginx = await startNginx(root, temp)
const shoal = await startShoal(join(root, 'file.bin'), join(temp, 'home'))
try {
  const urls = {
    nginx: `http://127.0.0.1:${nginx.port}/file.bin`,
    shoal: `http://127.0.0.1:${shoal.port}/s/${shoal.cid}/file.bin`,
    stream: `http://127.0.0.1:${shoal.port}/b/${shoal.cid}`,
  }
  const rates: Record<keyof typeof urls, number[]> = { nginx: [], shoal: [], stream: [] }
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const name of Object.keys(urls) as (keyof typeof urls)[]) {
      const rate = fetchOnce(urls[name])
      // The first round warms up.
      if (round > 0) rates[name].push(rate)
    }
  }
  const mib = (rate: number): string => `${(rate / 2 ** 20).toFixed(0)} MiB/s`
  const base = median(rates.nginx)
  const result = {
    bench: 'http',
    bytes,
    nginx: base,
    shoal: median(rates.shoal),
    stream: median(rates.stream),
    ratio: median(rates.shoal) / base,
    streamRatio: median(rates.stream) / base,
  }
  if (values.json) print(JSON.stringify(result))
  else {
    print(`nginx             ${mib(result.nginx)}`)
    print(`shoal, a file     ${mib(result.shoal)}  ${result.ratio.toFixed(2)} of nginx (at least 0.5)`)
    print(`shoal, all chunks ${mib(result.stream)}  ${result.streamRatio.toFixed(2)} of nginx`)
  }
} finally {
  nginx.process.kill()
  shoal.process.stdin!.end()
  rmSync(temp, { recursive: true, force: true })
}
