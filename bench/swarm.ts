/**
 * One source, one receiver, two processes, real disk stores on a tmpfs, nothing shaped: megabytes a second and CPU seconds
 * per GiB of both ends together, against one bare TLS 1.3 socket that carries as much and throws it away; then as many bytes
 * in files of 4 KiB. Run with `node bench/swarm.ts [MiB] [tls|stream]`.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { connect, createServer } from 'node:tls'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Libp2p } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { peerIdFromString } from '@libp2p/peer-id'
import { CID } from 'multiformats/cid'
import { silentLogger, systemClock, systemRandom } from '../src/base/index.ts'
import { createStore, type Store } from '../src/store/index.ts'
import { createSwarm, type Swarm } from '../src/peer-to-peer/swarm/index.ts'
import { createTlsIdentity } from '../src/peer-to-peer/swarm/lanes/tls-identity.ts'
import { tlsOptions } from '../src/peer-to-peer/swarm/lanes/tls-options.ts'
import { createTestLibp2p } from '../src/peer-to-peer/swarm/test-nodes.ts'

const MIB = 2 ** 20
const SHM = '/dev/shm'

interface Offer {
  cid: string
  peer: string
  addresses: string[]
}

async function node(
  home: string,
  lanes: 'tls' | 'stream',
): Promise<{ store: Store; swarm: Swarm; libp2p: Libp2p }> {
  const store = createStore({ clock: systemClock, log: silentLogger }, { home })
  await store.start()
  const { libp2p, record } = await createTestLibp2p()
  const swarm = createSwarm({
    libp2p,
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    buffers: store.buffers,
    limits: { up: 0, down: 0 },
    lanes,
    name: () => 'bench',
    record,
  })
  await swarm.start()
  return { store, swarm, libp2p }
}

async function source(home: string, file: string, lanes: 'tls' | 'stream'): Promise<void> {
  const { store, swarm, libp2p } = await node(home, lanes)
  const share = await store.addShare(file)
  swarm.join(share)
  countCpu()
  const addresses = libp2p.getMultiaddrs().map(String)
  process.send!({ cid: share.cid.toString(), peer: libp2p.peerId.toString(), addresses } satisfies Offer)
}

const total = (usage: NodeJS.CpuUsage): number => (usage.user + usage.system) / 1e6

/** Tells its CPU time between two messages. */
function countCpu(): void {
  let before = process.cpuUsage()
  process.on('message', (message) => {
    if (message === 'begin') before = process.cpuUsage()
    else if (message === 'end') process.send!(process.cpuUsage(before), () => process.exit(0))
  })
}

/** A child that is measured together with this process. */
async function measured(
  child: ChildProcess,
  work: () => Promise<void>,
): Promise<{ seconds: number; mine: number; theirs: number }> {
  child.send('begin')
  const cpu = process.cpuUsage()
  const began = performance.now()
  await work()
  const seconds = (performance.now() - began) / 1000
  const mine = total(process.cpuUsage(cpu))
  child.send('end')
  const [theirs] = (await once(child, 'message')) as [NodeJS.CpuUsage]
  return { seconds, mine, theirs: total(theirs) }
}

/** Sends so many bytes to whoever connects, in blocks of a lane's size. */
async function rawSource(mebibytes: number): Promise<void> {
  countCpu()
  const block = Buffer.alloc(65_536)
  const server = createServer(tlsOptions(await createTlsIdentity(systemClock)), (socket) => {
    let left = mebibytes * 16
    const pump = (): void => {
      while (left > 0) {
        left--
        if (!socket.write(block)) return void socket.once('drain', pump)
      }
      socket.end()
    }
    pump()
  })
  server.listen(0, '127.0.0.1', () => process.send!((server.address() as { port: number }).port))
}

async function rawTls(mebibytes: number): Promise<{ rate: number; cpu: number }> {
  const child = fork(import.meta.filename, ['raw-source', String(mebibytes)])
  const [port] = (await once(child, 'message')) as [number]
  const identity = await createTlsIdentity(systemClock)
  const buffer = Buffer.alloc(65_536)
  const { seconds, mine, theirs } = await measured(child, async () => {
    const onread = { buffer, callback: () => true }
    const socket = connect({ host: '127.0.0.1', port, ...tlsOptions(identity), ...({ onread } as object) })
    await once(socket, 'end')
    socket.destroy()
  })
  return { rate: (mebibytes * MIB) / 1e6 / seconds, cpu: ((mine + theirs) * 1024) / mebibytes }
}

function writeOne(path: string, mebibytes: number): void {
  const fd = openSync(path, 'w')
  for (let i = 0; i < mebibytes; i++) writeSync(fd, systemRandom.bytes(MIB))
  closeSync(fd)
}

function writeMany(dir: string, mebibytes: number): void {
  for (let i = 0; i < mebibytes * 256; i++) {
    const folder = join(dir, String(i % 100))
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${i}.bin`), systemRandom.bytes(4096))
  }
}

async function transfer(
  dir: string,
  path: string,
  lanes: 'tls' | 'stream',
): Promise<{ seconds: number; mine: number; theirs: number; firstMs: number }> {
  const child = fork(import.meta.filename, ['source', join(dir, 'a'), path, lanes])
  const [offer] = (await once(child, 'message')) as [Offer]
  const { store, swarm, libp2p } = await node(join(dir, 'b'), lanes)
  const share = await store.openDownload(CID.parse(offer.cid), { targetDir: join(dir, 'out') })
  let firstMs = 0
  const figures = await measured(child, async () => {
    const began = performance.now()
    const session = swarm.join(share)
    session.events.on('part-received', () => (firstMs ||= performance.now() - began))
    const done = new Promise((resolve) => share.events.on('complete', resolve))
    session.addCandidate(peerIdFromString(offer.peer), {
      addresses: offer.addresses.map((a) => multiaddr(a)),
      isHint: true,
    })
    await done
  })
  await swarm.stop()
  await libp2p.stop()
  await store.stop()
  return { ...figures, firstMs }
}

async function main(mebibytes: number, lanes: 'tls' | 'stream'): Promise<void> {
  const dir = mkdtempSync(join(process.platform === 'linux' ? SHM : tmpdir(), 'shoal-bench-'))
  try {
    const raw = await rawTls(mebibytes)
    console.log(`bare TLS socket: ${raw.rate.toFixed(0)} MB/s, CPU s/GiB ${raw.cpu.toFixed(2)}`)
    const file = join(dir, 'file.bin')
    writeOne(file, mebibytes)
    const one = await transfer(join(dir, 'one'), file, lanes)
    const rate = (mebibytes * MIB) / 1e6 / one.seconds
    const perGib = (seconds: number): string => ((seconds * 1024) / mebibytes).toFixed(2)
    console.log(
      `${lanes}, one file: ${rate.toFixed(0)} MB/s (${(rate / raw.rate).toFixed(2)} of bare), CPU s/GiB ${perGib(one.mine + one.theirs)} ` +
        `(receiver ${perGib(one.mine)}, source ${perGib(one.theirs)}), first part ${one.firstMs.toFixed(0)} ms`,
    )
    const few = Math.min(mebibytes, 80)
    const [small, large] = [join(dir, 'small'), join(dir, 'large.bin')]
    writeMany(small, few)
    writeOne(large, few)
    const many = await transfer(join(dir, 'many'), small, lanes)
    const same = await transfer(join(dir, 'same'), large, lanes)
    console.log(
      `${lanes}, ${few * 256} files of 4 KiB: ${many.seconds.toFixed(2)} s, one file of their size ${same.seconds.toFixed(2)} s, ` +
        `ratio ${(many.seconds / same.seconds).toFixed(2)} (nothing shaped: all of it is work)`,
    )
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const [role, ...rest] = process.argv.slice(2)
if (role === 'source') await source(rest[0]!, rest[1]!, rest[2] as 'tls' | 'stream')
else if (role === 'raw-source') await rawSource(Number(rest[0]))
else {
  await main(Number(role ?? 1024), rest[0] === 'stream' ? 'stream' : 'tls')
  process.exit(0)
}
