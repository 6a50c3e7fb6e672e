import { resolve } from 'node:path'
import { formatSize, ShoalError } from '../../base/index.ts'
import { parseLink } from '../../content/index.ts'
import { modeSchema, type Mode, type Share } from '../../contract/index.ts'
import { watchShare } from '../../hosts/index.ts'
import { parseArguments, parseSeconds } from '../arguments.ts'
import { EXIT, type Client, type Command, type CommandContext } from '../command.ts'
import { createOutput, formatDuration, type Output } from '../output.ts'
import { TroubleTeller } from '../trouble-teller.ts'

/** How long to look for somebody who has the share, unless told otherwise. */
const DEFAULT_TIMEOUT_SECONDS = 60
/** Progress is told at least this often: promised as "at least one a second". */
const PROGRESS_MS = 500
/** The first progress is told after this at the latest, milliseconds. */
const OPENING_MS = 1000

interface GetOptions {
  link: string
  to: string
  mode: Mode
  peers: string[]
  seed: boolean
  wait: boolean
  timeoutMs: number
}

/** `shoal get LINK`: downloads to `DIR/<name>`; the same command again takes an interrupted download up. */
export const get: Command = async (argv, context) => {
  const { common, options } = parseGet(argv, context)
  const output = createOutput(common, context.streams)
  const core = await context.openCore(common, output)
  try {
    if (options.wait) {
      if (core.owned) await context.prepared(common.home, output)
      output.event({ event: 'armed' })
      output.say('Armed: press Enter to start.')
      await firstLine(context)
      if (context.interrupted.aborted) return EXIT.interrupted
    }
    return await download(core.client, options, output, context.interrupted)
  } finally {
    await core.close()
  }
}

function parseGet(argv: readonly string[], context: CommandContext) {
  const { common, positionals, values } = parseArguments(
    argv,
    {
      to: { type: 'string' },
      mode: { type: 'string' },
      peer: { type: 'string', multiple: true },
      seed: { type: 'boolean' },
      wait: { type: 'boolean' },
      timeout: { type: 'string' },
    },
    [1, 1],
  )
  const mode = modeSchema.safeParse(values['mode'] ?? 'p2p')
  if (!mode.success) throw new ShoalError('bad-usage', '--mode is p2p or http')
  parseLink(positionals[0]!)
  const timeout =
    values['timeout'] === undefined ? DEFAULT_TIMEOUT_SECONDS : parseSeconds(String(values['timeout']))
  const options: GetOptions = {
    link: positionals[0]!,
    to: resolve(context.cwd, typeof values['to'] === 'string' ? values['to'] : '.'),
    mode: mode.data,
    peers: (values['peer'] as string[] | undefined) ?? [],
    seed: values['seed'] === true,
    wait: values['wait'] === true,
    timeoutMs: timeout * 1000,
  }
  return { common, options }
}

async function firstLine(context: CommandContext): Promise<void> {
  const ended = new Promise<void>((done) => {
    context.interrupted.addEventListener('abort', () => done(), { once: true })
  })
  const line = (async () => {
    for await (const chunk of context.streams.stdin) if (String(chunk).includes('\n')) return
  })()
  await Promise.race([line, ended])
}

async function download(
  client: Client,
  options: GetOptions,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const begun = performance.now()
  const { link, to, mode, peers } = options
  const { id } = await client.shares.download({ link, to, mode, peers })
  const follower = new Follower(output, options, begun)
  for await (const current of watchShare(client, id, { signal, heartbeatMs: PROGRESS_MS })) {
    if (signal.aborted) break
    const outcome = follower.see(current)
    if (outcome === 'complete' && !options.seed) return EXIT.done
    if (outcome === 'nobody') {
      await client.shares.remove({ id, withFiles: true })
      throw nobody(options)
    }
  }
  output.endProgress()
  if (follower.isComplete) return EXIT.done
  if (!signal.aborted) throw new ShoalError('cancelled', 'the download was removed')
  return EXIT.interrupted
}

function nobody({ mode, timeoutMs }: GetOptions): ShoalError {
  const within = `within ${timeoutMs / 1000} s. Is it still shared, on the same network? --timeout 0 waits for ever.`
  return mode === 'http'
    ? new ShoalError('server-unreachable', `no server that the link names answered ${within}`)
    : new ShoalError(
        'nobody-has-it',
        `nobody here has it: no laptop proved that it knows this share ${within}`,
      )
}

/** Turns the states of one download into events and lines. */
class Follower {
  readonly #output: Output
  readonly #options: GetOptions
  readonly #begun: number
  #lastProgress = 0
  #lastText = ''
  #lastState: string | undefined
  readonly #trouble: TroubleTeller
  #complete = false

  constructor(output: Output, options: GetOptions, begun: number) {
    this.#output = output
    this.#trouble = new TroubleTeller(output)
    this.#options = options
    this.#begun = begun
  }

  get isComplete(): boolean {
    return this.#complete
  }

  see(share: Share): 'going-on' | 'complete' | 'nobody' {
    if (share.state.is === 'failed')
      throw new ShoalError(share.state.problem.code, share.state.problem.message)
    if (this.#complete) return 'going-on'
    this.#tellProgress(share)
    this.#tellState(share)
    if (share.state.is === 'serving' && share.path !== null) {
      this.#tellComplete(share, share.path)
      return 'complete'
    }
    const waited = performance.now() - this.#begun
    const patience = this.#options.timeoutMs
    return share.state.is === 'looking' && patience > 0 && waited >= patience ? 'nobody' : 'going-on'
  }

  #tellProgress(share: Share): void {
    const limit = share.limit ?? 'no-source'
    const facts = {
      bytes: share.bytesHeld,
      total: share.size ?? 0,
      peers: share.peers,
      mode: share.mode,
      limit,
    }
    const text = JSON.stringify(facts)
    const now = performance.now()
    // The first number counts what an earlier run left: worth a moment, while that is being looked at.
    const isOpening = share.state.is === 'checking' && this.#lastText === ''
    if (isOpening && now - this.#begun < OPENING_MS) return
    if (text === this.#lastText && now - this.#lastProgress < PROGRESS_MS) return
    this.#lastText = text
    this.#lastProgress = now
    this.#output.event({ event: 'progress', ...facts })
    this.#output.progress(share)
  }

  #tellState(share: Share): void {
    const { state } = share
    this.#trouble.see(state)
    if (state.is === this.#lastState) return
    this.#lastState = state.is
    if (state.is === 'waiting') {
      this.#output.say(
        share.mode === 'http'
          ? 'Waiting: the server does not answer. It goes on when it is back.'
          : `Waiting: nobody here has the last ${state.missingHere} chunks. It goes on when somebody comes.`,
      )
    }
    if (state.is === 'paused') this.#output.say('Paused. Resume it in the app, or interrupt.')
  }

  #tellComplete(share: Share, path: string): void {
    this.#complete = true
    const seconds = (performance.now() - this.#begun) / 1000
    const bytes = share.size ?? 0
    this.#output.endProgress()
    this.#output.event({
      event: 'complete',
      path,
      bytes,
      seconds: Number(seconds.toFixed(3)),
      mode: share.mode,
    })
    const others =
      share.fromOthers === null ? '' : `, ${Math.round(share.fromOthers * 100)} % from other laptops`
    this.#output.say(`${path}  (${formatSize(bytes)} in ${formatDuration(seconds)}${others})`)
    if (this.#options.seed) this.#output.say('Serving it to others until you press Ctrl-C.')
  }
}
