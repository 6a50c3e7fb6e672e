import { ShoalError } from '../base/index.ts'
import type { PeerSourceView, ServersView, Share, Update } from '../contract/index.ts'
import type { Client, CommandContext } from './command.ts'

/** A share with every field, for tests of what commands print. */
export function fakeShare(change: Partial<Share> = {}): Share {
  return {
    id: 'x',
    cid: null,
    link: null,
    role: 'download',
    name: 'film.mp4',
    title: null,
    kind: 'file',
    size: 1000,
    files: 1,
    openly: false,
    state: { is: 'looking' },
    mode: 'p2p',
    hasServer: false,
    bytesHeld: 0,
    partsHeld: 0,
    parts: 10,
    downRate: 0,
    upRate: 0,
    bytesReceived: 0,
    bytesSent: 0,
    peers: 0,
    secondsLeft: null,
    limit: null,
    fromOthers: null,
    safeToLeave: false,
    copies: { complete: 0, of: 0 },
    path: null,
    leftOut: { symbolicLinks: 0, specialFiles: 0, unportableNames: 0, unreadable: 0, examples: [] },
    addedAt: 0,
    completedAt: null,
    ...change,
  }
}

export interface Script {
  /** States that the watch shows, in order; after the last it stays open until interrupted. */
  states: readonly Share[]
  owned?: boolean
  stdin?: readonly string[]
  sources?: readonly PeerSourceView[]
  downloadDir?: string
  /** What the servers are: before anything is started, as started, and then. */
  servers?: readonly ServersView[]
  /** What becomes of a message. */
  tell?: ShoalError | object
  /** What names come to. */
  names?: { resolve: object; page?: ShoalError | object }
  /** Addresses at which nobody answers. */
  absent?: readonly string[]
  onCall?(name: string, input: unknown): void
}

/** A context in which every command talks to a scripted core and writes into strings. */
export function fakeContext(script: Script) {
  const written = { out: '', err: '' }
  const interrupt = new AbortController()
  const calls: { name: string; input: unknown }[] = []
  const client = fakeClient(script, interrupt.signal, calls)
  const context: CommandContext = {
    streams: {
      stdout: { write: (text) => void (written.out += text) },
      stderr: { write: (text) => void (written.err += text) },
      stdin: fromArray(script.stdin ?? []),
    },
    cwd: '/work',
    interrupted: interrupt.signal,
    prepared: async () => {},
    openCore: async () => ({
      client,
      owned: script.owned ?? true,
      close: async () => void calls.push({ name: 'close', input: undefined }),
    }),
    serve: async () => ({
      url: 'http://127.0.0.1:1/#token=t',
      closed: new Promise(() => {}),
      close: async () => {},
    }),
  }
  const events = (): Record<string, unknown>[] =>
    written.out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { context, written, interrupt, calls, events }
}

async function* fromArray(items: readonly string[]): AsyncGenerator<string> {
  yield* items
}

function fakeClient(
  script: Script,
  interrupted: AbortSignal,
  calls: { name: string; input: unknown }[],
): Client {
  const record = (name: string, input: unknown): void => {
    calls.push({ name, input })
    script.onCall?.(name, input)
  }
  const servers = [...(script.servers ?? [])]
  const answer =
    (name: string, output: unknown) =>
    async (input: unknown): Promise<unknown> => {
      record(name, input)
      return output
    }
  return {
    app: {
      watch: async () => watch(script, interrupted),
      status: answer('status', { pid: 1, rssBytes: 2 ** 20, lanePort: null, sources: [], transfers: [] }),
    },
    nearby: {
      connect: async ({ address }: { address: string }) => {
        record('connect', { address })
        if (script.absent?.includes(address)) throw new ShoalError('peer-unreachable', 'nobody answers')
        return { peerId: 'x' }
      },
    },
    servers: {
      watch: async () => watchServers(servers, interrupted),
      start: async (input: unknown) => {
        record('servers.start', input)
        servers.shift()
        return servers[0]
      },
      stop: answer('servers.stop', undefined),
      door: async (input: unknown) => {
        record('door', input)
        return watchDoor(interrupted)
      },
    },
    mail: { setProfile: answer('mail.setProfile', undefined) },
    names: {
      resolve: answer('names.resolve', script.names?.resolve),
      page: async (input: unknown) => {
        record('names.page', input)
        if (script.names?.page instanceof ShoalError) throw script.names.page
        return script.names?.page
      },
    },
    messages: {
      tell: async (input: unknown) => {
        record('tell', input)
        if (script.tell instanceof ShoalError) throw script.tell
        return { peerId: '12D3KooBob', delivery: script.tell ?? { is: 'delivered' } }
      },
    },
    shares: {
      add: answer('add', { id: 'x' }),
      download: answer('download', { id: 'x' }),
      remove: answer('remove', undefined),
      pause: answer('pause', undefined),
    },
  } as unknown as Client
}

async function* watch(script: Script, interrupted: AbortSignal): AsyncGenerator<Update> {
  const [first, ...rest] = script.states
  const addresses = ['/ip4/10.0.0.1/tcp/42850/p2p/12D3Koo']
  const network = { peerId: '12D3Koo', addresses, interfaces: [], sources: script.sources ?? [] }
  const settings = { downloadDir: script.downloadDir ?? '/' }
  yield { is: 'snapshot', shares: first ? [first] : [], nearby: [], network, settings } as unknown as Update
  for (const share of rest) yield { is: 'shares', changed: [share], removed: [] }
  await untilInterrupted(interrupted)
}

async function* watchServers(
  views: readonly ServersView[],
  interrupted: AbortSignal,
): AsyncGenerator<ServersView> {
  yield* views
  await untilInterrupted(interrupted)
}

async function* watchDoor(interrupted: AbortSignal): AsyncGenerator<{ origins: string[] }> {
  yield { origins: ['http://10.0.0.1:8420', 'http://10.1.0.1:8420'] }
  await untilInterrupted(interrupted)
}

function untilInterrupted(interrupted: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(new ShoalError('cancelled', 'interrupted'))
    if (interrupted.aborted) stop()
    interrupted.addEventListener('abort', stop, { once: true })
  })
}
