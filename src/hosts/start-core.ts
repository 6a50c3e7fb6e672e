import { Cleanup, errorMessage, ShoalError, type Logger } from '../base/index.ts'
import { HeadlessHost } from './headless.ts'
import type { CreateCore, HostedCore, HostedCoreConfig } from './hosted-core.ts'
import { lockHome } from './lock.ts'
import { practiseAtRest } from './practice.ts'

export interface StartCoreOptions {
  config: HostedCoreConfig
  createCore: CreateCore
  rendererDir?: string | undefined
  /** It stays, so it practises while nobody asks for anything yet. */
  practises?: boolean | undefined
}

/** A core that this process runs, and its loopback listener. */
export interface RunningCore {
  core: HostedCore
  host: HeadlessHost
  /** Stops both; may be called twice. */
  stop(): Promise<void>
}

/** Takes the home, starts its core, opens the loopback listener. Undoes what was done when any of it fails. */
export async function startCore({
  config,
  createCore,
  rendererDir,
  practises = false,
}: StartCoreOptions): Promise<RunningCore> {
  const cleanup = new Cleanup()
  try {
    const lock = await lockHome(config.home)
    cleanup.add(() => lock.release())
    const core = createCore(config)
    cleanup.add(() => core.stop())
    await core.start()
    const { home, host, log } = config
    const headless = new HeadlessHost({ core, home, version: host.version, log, rendererDir })
    cleanup.add(() => headless.stop())
    await headless.start()
    if (practises) cleanup.add(beginPractice(core, { home, log }))
    const stop = (): Promise<void> => cleanup.run()
    // A call of `app.shutdown` stops the core; the rest follows.
    void core.closed.then(stop).catch((error: unknown) => logFailure(log, error))
    return { core, host: headless, stop }
  } catch (error) {
    await cleanup.run().catch((failure: unknown) => logFailure(config.log, failure))
    throw error
  }
}

/** Returns what ends it and waits until nothing of it is left. */
function beginPractice(
  { isBusy }: HostedCore,
  { home, log }: Pick<HostedCoreConfig, 'home' | 'log'>,
): () => Promise<void> {
  const ending = new AbortController()
  const practice = practiseAtRest({ home, log, isBusy, signal: ending.signal }).catch((error: unknown) =>
    log.debug('no practice', { reason: errorMessage(error) }),
  )
  return async () => {
    ending.abort(new ShoalError('cancelled', 'the core ends'))
    await practice
  }
}

function logFailure(log: Logger, error: unknown): void {
  log.error('stopping the core failed', { error })
}
