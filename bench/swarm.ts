/**
 * One source, one receiver, two processes, real disk stores on a tmpfs, nothing shaped: megabytes a second and CPU seconds
 * per GiB of both ends together. Run with `node bench/swarm.ts [MiB] [tls|stream]`.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { peerIdFromString } from '@libp2p/peer-id'
import { CID } from 'multiformats/cid'
import { silentLogger, systemClock, systemRandom } from '../src/base/index.ts'
import { createStore, type Store } from '../src/store/index.ts'
import { createSwarm, type Swarm } from '../src/peer-to-peer/swarm/index.ts'
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
): Promise<{ store: Store; swarm: Swarm; libp2p: Awaited<ReturnType<typeof createTestLibp2p>> }> {
  const store = createStore({ clock: systemClock, log: silentLogger }, { home })
  await store.start()
  const libp2p = await createTestLibp2p()
  const swarm = createSwarm({
    libp2p,
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    buffers: store.buffers,
    limits: { up: 0, down: 0 },
    lanes,
    name: () => 'bench',
  })
  await swarm.start()
  return { store, swarm, libp2p }
}

async function source(home: string, file: string, lanes: 'tls' | 'stream'): Promise<void> {
  const { store, swarm, libp2p } = await node(home, lanes)
  const share = await store.addShare(file)
  swarm.join(share)
  let before = process.cpuUsage()
  process.on('message', (message) => {
    if (message === 'begin') before = process.cpuUsage()
    else if (message === 'end') process.send!(process.cpuUsage(before), () => process.exit(0))
  })
  const addresses = libp2p.getMultiaddrs().map(String)
  process.send!({ cid: share.cid.toString(), peer: libp2p.peerId.toString(), addresses } satisfies Offer)
}

async function main(mebibytes: number, lanes: 'tls' | 'stream'): Promise<void> {
  const dir = mkdtempSync(join(process.platform === 'linux' ? SHM : tmpdir(), 'shoal-bench-'))
  try {
    const file = join(dir, 'file.bin')
    const fd = openSync(file, 'w')
    for (let i = 0; i < mebibytes; i++) writeSync(fd, systemRandom.bytes(MIB))
    closeSync(fd)
    const child = fork(import.meta.filename, ['source', join(dir, 'a'), file, lanes])
    const [offer] = (await once(child, 'message')) as [Offer]
    const { store, swarm } = await node(join(dir, 'b'), lanes)
    const share = await store.openDownload(CID.parse(offer.cid), { targetDir: join(dir, 'out') })
    child.send('begin')
    const cpu = process.cpuUsage()
    const began = performance.now()
    const session = swarm.join(share)
    const first = Promise.withResolvers<number>()
    session.events.on('part-received', () => first.resolve(performance.now() - began))
    const done = new Promise((resolve) => share.events.on('complete', resolve))
    session.addCandidate(peerIdFromString(offer.peer), {
      addresses: offer.addresses.map((a) => multiaddr(a)),
      isHint: true,
    })
    await done
    const seconds = (performance.now() - began) / 1000
    const mine = process.cpuUsage(cpu)
    child.send('end')
    const [theirs] = (await once(child, 'message')) as [NodeJS.CpuUsage]
    const total = (usage: NodeJS.CpuUsage): number => (usage.user + usage.system) / 1e6
    const gib = mebibytes / 1024
    console.log(
      `${lanes}: ${((mebibytes * MIB) / 1e6 / seconds).toFixed(0)} MB/s, CPU s/GiB ${((total(mine) + total(theirs)) / gib).toFixed(2)} ` +
        `(receiver ${(total(mine) / gib).toFixed(2)}, source ${(total(theirs) / gib).toFixed(2)}), first part ${(await first.promise).toFixed(0)} ms`,
    )
    await swarm.stop()
    await store.stop()
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const [role, ...rest] = process.argv.slice(2)
if (role === 'source') await source(rest[0]!, rest[1]!, rest[2] as 'tls' | 'stream')
else {
  await main(Number(role ?? 1024), rest[0] === 'stream' ? 'stream' : 'tls')
  process.exit(0)
}
