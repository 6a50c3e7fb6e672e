import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, sleep, ShoalError, type Logger } from '../base/index.ts'
import type { CoreOptions, Share } from '../contract/index.ts'
import { createCore, type Core } from './core.ts'

/** One laptop of a testnet. */
export interface TestLaptop {
  readonly core: Core
  readonly home: string
  /** Where its downloads go. */
  readonly downloads: string
}

export interface Testnet {
  readonly laptops: readonly TestLaptop[]
  /** Adds a laptop; the first ones keep running. */
  add(options?: CoreOptions): Promise<TestLaptop>
  stop(): Promise<void>
}

/** On loopback, by hints and exchange alone: tests must not meet whoever else is on the network. */
const QUIET: CoreOptions = { listen: ['/ip4/127.0.0.1/tcp/0'], mdns: false, dht: false }

/**
 * A network of `count` whole cores in this process, on 127.0.0.1 and free ports, each with a home of its own under a
 * temporary folder that goes with `stop`, itself under the system's or `under`. Used by tests, by comparisons, by
 * demonstrations and for practice alike. A `signal` ends it between two laptops; those that run are stopped.
 */
export async function createTestnet(
  count: number,
  options: { core?: CoreOptions; log?: Logger; under?: string; signal?: AbortSignal } = {},
): Promise<Testnet> {
  const { under = tmpdir() } = options
  await mkdir(under, { recursive: true })
  const root = await mkdtemp(join(under, 'shoal-testnet-'))
  const laptops: TestLaptop[] = []
  const add = async (own: CoreOptions = {}): Promise<TestLaptop> => {
    const name = `laptop ${laptops.length + 1}`
    const home = join(root, `home-${laptops.length + 1}`)
    const downloads = join(root, `downloads-${laptops.length + 1}`)
    const core = createCore({
      ...QUIET,
      name,
      ...options.core,
      ...own,
      home,
      defaultDownloadDir: downloads,
      log: options.log ?? silentLogger,
      host: {
        kind: 'memory',
        version: '0.0.0',
        platform: process.platform,
        home,
        canReveal: false,
        canPick: false,
      },
    })
    const laptop = { core, home, downloads }
    laptops.push(laptop)
    await core.start()
    return laptop
  }
  const stop = async (): Promise<void> => {
    await Promise.all(laptops.map(({ core }) => core.stop()))
    await rm(root, { recursive: true, force: true })
  }
  try {
    for (let i = 0; i < count; i++) {
      options.signal?.throwIfAborted()
      await add()
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { laptops, add, stop }
}

/** Waits until a share of a laptop is as wanted, looking at every change. */
export async function shareWhen(
  { core }: TestLaptop,
  id: string,
  wanted: (share: Share) => boolean,
  timeoutMs = 20_000,
): Promise<Share> {
  const end = performance.now() + timeoutMs
  for (;;) {
    const share = core.hub.shares().find((each) => each.id === id)
    if (share && wanted(share)) return share
    if (share?.state.is === 'failed')
      throw new ShoalError(share.state.problem.code, share.state.problem.message)
    if (performance.now() > end) {
      throw new ShoalError('timeout', `still ${share ? JSON.stringify(share.state) : 'not there'} (${id})`)
    }
    await sleep(20)
  }
}
