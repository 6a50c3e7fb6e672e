import { deadlineSignal, isShoalError, ShoalError, sleep, type AbortOptions } from '../base/index.ts'
import type { Contract, CoreOptions } from '../contract/index.ts'
import { ClientLink, connectWebSocket, createClient } from '../rpc/index.ts'
import { readCoreFile } from './core-file.ts'
import { RPC_PATH } from './headless.ts'
import { RUNNING_CORE_POLL_MS, RUNNING_CORE_TIMEOUT_MS } from './limits.ts'
import { lockHome } from './lock.ts'
import { memoryClient, type CoreClient } from './memory.ts'
import { startCore, type StartCoreOptions } from './start-core.ts'

/** A core to ask. */
export interface OpenedCore {
  client: CoreClient
  /** It was started for the caller, and ends with `close`. */
  owned: boolean
  /** The page's address, token included. */
  url: string
  /** Resolves when the core, or the connection to it, has ended. */
  closed: Promise<void>
  close(): Promise<void>
}

/**
 * The core running on `config.home`, or one started here for as long as the caller needs. Throws `bad-usage` when one is
 * running with other core-wide options than were asked for, `already-running` when one is there and never answers.
 */
export async function openCore(options: StartCoreOptions & AbortOptions): Promise<OpenedCore> {
  const { config } = options
  const deadline = deadlineSignal(RUNNING_CORE_TIMEOUT_MS, 'the core of this home', options.signal)
  try {
    for (;;) {
      const opened = (await startOwn(options)) ?? (await connectToRunning(config.home, deadline.signal))
      if (opened?.owned === false) await checkOptions(opened, config)
      if (opened) return opened
      // Somebody has the home and cannot be reached: it is starting or ending.
      await sleep(RUNNING_CORE_POLL_MS, { signal: deadline.signal })
    }
  } catch (error) {
    if (!isShoalError(error, 'timeout')) throw error
    const facts = { path: config.home }
    throw new ShoalError('already-running', `the core of ${config.home} does not answer`, {
      data: facts,
      cause: error,
    })
  } finally {
    deadline.clear()
  }
}

/** The core running on `home`; undefined when none is. */
export async function findCore(home: string, options: AbortOptions = {}): Promise<OpenedCore | undefined> {
  const deadline = deadlineSignal(RUNNING_CORE_TIMEOUT_MS, 'the core of this home', options.signal)
  try {
    while (await isHeld(home)) {
      const opened = await connectToRunning(home, deadline.signal)
      if (opened) return opened
      await sleep(RUNNING_CORE_POLL_MS, { signal: deadline.signal })
    }
    return undefined
  } finally {
    deadline.clear()
  }
}

async function isHeld(home: string): Promise<boolean> {
  try {
    const lock = await lockHome(home)
    lock.release()
    return false
  } catch (error) {
    if (isShoalError(error, 'already-running')) return true
    throw error
  }
}

async function startOwn(options: StartCoreOptions): Promise<OpenedCore | undefined> {
  try {
    const running = await startCore(options)
    const { client, close } = memoryClient(running.host.rpc)
    const stop = async (): Promise<void> => {
      close()
      await running.stop()
    }
    return { client, owned: true, url: running.host.url, closed: running.core.closed, close: stop }
  } catch (error) {
    if (isShoalError(error, 'already-running')) return undefined
    throw error
  }
}

/** Undefined when its `core.json` is missing, stale or not answered: the lock alone says whether a core runs. */
async function connectToRunning(home: string, signal: AbortSignal): Promise<OpenedCore | undefined> {
  const file = await readCoreFile(home)
  if (!file) return undefined
  const url = `ws://127.0.0.1:${file.port}${RPC_PATH}`
  const transport = await connectWebSocket({ url, token: file.token, signal }).catch(coreGone)
  if (!transport) return undefined
  const link = new ClientLink(transport)
  const closed = link.closed.then(() => {})
  const close = async (): Promise<void> => link.close()
  try {
    await link.opened
  } catch (error) {
    return coreGone(error)
  }
  return { client: createClient<Contract>(link), owned: false, url: file.url, closed, close }
}

function coreGone(error: unknown): undefined {
  if (!isShoalError(error, 'core-gone')) throw error
}

/** What the caller asked for must be what the running core has; what it did not mention may be anything. */
async function checkOptions(opened: OpenedCore, wanted: CoreOptions): Promise<void> {
  try {
    const actual = await opened.client.app.options()
    for (const key of CORE_OPTION_KEYS) {
      if (wanted[key] === undefined || isSame(wanted[key], actual[key])) continue
      const why = `the core running on this home has another --${OPTION_NAMES[key]}; stop it first, or leave that out`
      throw new ShoalError('bad-usage', why, { data: { option: OPTION_NAMES[key] } })
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}

const OPTION_NAMES: Readonly<Record<keyof CoreOptions, string>> = {
  name: 'name',
  listen: 'listen',
  mdns: 'no-mdns',
  dht: 'no-dht',
  lane: 'no-lane',
  limitUp: 'limit-up',
  limitDown: 'limit-down',
  trackers: 'tracker',
}
const CORE_OPTION_KEYS = Object.keys(OPTION_NAMES) as (keyof CoreOptions)[]

/** The order of addresses and trackers says nothing. */
function isSame(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b
  const [ours, theirs] = [new Set<unknown>(a), new Set<unknown>(b)]
  return ours.size === theirs.size && [...ours].every((each) => theirs.has(each))
}
