/** A small core for the hosts' tests: every call of the contract that a host touches, and uploads kept in memory. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { implement } from '@orpc/server'
import { ShoalError, silentLogger } from '../base/index.ts'
import { contract, type CoreOptions, type Host, type Update } from '../contract/index.ts'
import type { HostedCore, HostedCoreConfig } from './hosted-core.ts'

export interface TestCore extends HostedCore {
  readonly config: HostedCoreConfig
  /** Files of uploads: `id/path` → text; one that broke off is not here. */
  readonly written: Map<string, string>
  /** Uploads that ended with an error. */
  readonly broken: unknown[]
  /** Files to be handed out, by ticket. */
  readonly offered: Map<string, { name: string; bytes: Uint8Array }>
  started: number
  stopped: number
}

export function testCore(config: HostedCoreConfig): TestCore {
  const closed = Promise.withResolvers<void>()
  const written = new Map<string, string>()
  const broken: unknown[] = []
  const offered: TestCore['offered'] = new Map()
  const core: TestCore = {
    config,
    written,
    broken,
    offered,
    started: 0,
    stopped: 0,
    router: routerOf(config, () => void core.stop()),
    closed: closed.promise,
    uploads: { write: (id, path, body) => writeTo(written, broken, `${id}/${path}`, body) },
    handouts: { take: (ticket) => offered.get(ticket) },
    async start() {
      core.started++
    },
    async stop() {
      core.stopped++
      closed.resolve()
    },
  }
  return core
}

async function writeTo(
  written: Map<string, string>,
  broken: unknown[],
  name: string,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  const decoder = new TextDecoder()
  let text = ''
  if (name.startsWith('unknown/')) throw new ShoalError('not-found', 'there is no such upload')
  try {
    for await (const bytes of body) text += decoder.decode(bytes, { stream: true })
  } catch (error) {
    broken.push(error)
    throw error
  }
  written.set(name, text)
}

function routerOf(config: HostedCoreConfig, stop: () => void) {
  const os = implement({ app: contract.app, shell: contract.shell })
  const options: CoreOptions = {
    name: config.name ?? 'nemo',
    mdns: config.mdns ?? true,
    listen: config.listen ?? [],
  }
  const status = { pid: process.pid, rssBytes: 1, lanePort: null, sources: [], transfers: [] }
  return os.router({
    app: {
      watch: os.app.watch.handler(async function* ({ signal }) {
        yield snapshot(config.host)
        await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
      }),
      status: os.app.status.handler(() => status),
      options: os.app.options.handler(() => options),
      shutdown: os.app.shutdown.handler(() => void setImmediate(stop)),
    },
    shell: {
      pick: os.shell.pick.handler(async ({ input }) => ({
        paths: (await config.shell?.pick(input.what)) ?? [],
      })),
    },
  })
}

function snapshot(host: Host): Update {
  const network = { peerId: 'me', name: 'nemo', version: '0', addresses: [], interfaces: [], sources: [] }
  const settings = { name: 'nemo', downloadDir: '/d', limitUp: 0, limitDown: 0, excludedInterfaces: [] }
  return {
    is: 'snapshot',
    host,
    shares: [],
    nearby: [],
    network: { ...network, networkName: null },
    settings: { ...settings, otherNames: false, visible: true, theme: 'system', language: 'system' },
  }
}

export function testConfig(home: string, options: CoreOptions = {}): HostedCoreConfig {
  const host: Host = {
    kind: 'headless',
    version: '0.0.0-test',
    platform: process.platform,
    home,
    canReveal: false,
    canPick: false,
  }
  return { ...options, home, host, log: silentLogger }
}

export async function withTemporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'shoal-hosts-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
