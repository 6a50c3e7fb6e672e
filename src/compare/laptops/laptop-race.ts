import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { peerIdFromString } from '@libp2p/peer-id'
import { isShoalError, ShoalError, type AbortOptions } from '../../base/index.ts'
import type { LaptopRaceSpec, RaceLive, RacePoint, RaceSpec } from '../../contract/index.ts'
import type { LinkKind, RaceDoor } from '../../peer-to-peer/race/index.ts'
import type { Crew, Part } from '../race/crew.ts'
import type { Host } from '../race/messages.ts'
import { planOf, randomFile, type RaceListener } from '../race/race.ts'
import type { Racer } from '../race/racer-base.ts'
import { Run } from '../race/run.ts'
import { boundOf } from '../report/bound.ts'
import { pointOf } from '../report/point.ts'
import { measureRates, slowestOf } from './rates.ts'
import { RemoteRacer } from './remote-racer.ts'
import { startRacer } from './start-racer.ts'

export interface LaptopRaceInit {
  readonly door: RaceDoor
  readonly spec: LaptopRaceSpec
  /** This laptop, and what the others are called. */
  readonly self: { readonly name: string; readonly link: LinkKind }
  readonly nameOf: (peerId: string) => string
}

export interface LaptopRaceListener extends RaceListener {
  /** Who takes part and the rates are known: the race as it will be run. */
  measured(spec: RaceSpec, rates: RacePoint['rates']): void
}

/**
 * A race across laptops that are connected now: each is asked first, then rates are measured, then this laptop is source and
 * server in turn. Those who decline or do not answer are left out.
 * @throws ShoalError `declined` when nobody takes part.
 */
export async function runLaptopRace(
  init: LaptopRaceInit,
  listener: LaptopRaceListener,
  signal: AbortSignal,
): Promise<void> {
  const crew = new LaptopCrew()
  try {
    await crew.begin(init, signal)
    const rates = await measureRates(crew, { self: init.self.link, medium: init.spec.medium }, signal)
    const spec = specOf(init.spec, rates)
    listener.measured(spec, rates)
    const file = await randomFile(join(crew.root, 'file.bin'), spec.size, signal)
    for (const { mode, n, repeat } of planOf(spec)) {
      const bound = boundOf({ mode, size: spec.size, servers: 1, rates }).seconds
      const common = { mode, n, repeat, bound, size: spec.size }
      const nothing = { phase: 'preparing' as const, seconds: 0, sourceBytes: 0, givers: [], peers: [] }
      listener.live({ ...common, ...nothing })
      const onLive = (live: Omit<RaceLive, keyof typeof common>): void =>
        listener.live({ ...common, ...live })
      const measured = await new Run({ crew, spec, mode, n, file, signal, onLive }).run()
      listener.point(pointOf(measured, { servers: 1, repeat, rates }))
    }
  } finally {
    await crew.end()
  }
}

/** This laptop's racer, and those of the laptops that take part. */
export class LaptopCrew implements Crew {
  #root = ''
  #host: Host = '0.0.0.0'
  #source: Racer | undefined
  #guests: RemoteRacer[] = []
  #folders = 0

  get root(): string {
    return this.#root
  }

  get host(): Host {
    return this.#host
  }

  get source(): Racer {
    if (!this.#source) throw new ShoalError('not-running', 'the race has not begun')
    return this.#source
  }

  get guests(): readonly RemoteRacer[] {
    return this.#guests
  }

  async begin({ door, spec, self, nameOf }: LaptopRaceInit, signal: AbortSignal): Promise<void> {
    this.#root = await mkdtemp(join(tmpdir(), `shoal-race-${process.pid}-`))
    const { peerIds, size, modes, repeats } = spec
    const invite = {
      is: 'invite' as const,
      v: 1 as const,
      name: self.name,
      size,
      runs: modes.length * repeats,
      laptops: peerIds.length,
    }
    const answers = await Promise.allSettled(
      peerIds.map(async (peerId, i) => {
        const { channel, link } = await door.invite(peerIdFromString(peerId), invite, signal)
        const racer = new RemoteRacer({ id: `p${i + 1}`, name: nameOf(peerId), link, channel })
        this.#guests.push(racer)
        await racer.begin(signal)
      }),
    )
    signal.throwIfAborted()
    if (this.#guests.length === 0) throw whyNobody(answers)
    this.#source = await startRacer('s1', { dir: await this.folder(), sharesAir: false }, signal)
  }

  async get(part: Part, count: number, _options: AbortOptions): Promise<Racer[]> {
    return part === 'source' ? [this.source] : this.#guests.slice(0, count)
  }

  async folder(): Promise<string> {
    const dir = join(this.#root, String(this.#folders++))
    await mkdir(dir)
    return dir
  }

  async end(): Promise<void> {
    await Promise.all([this.#source?.end(), ...this.#guests.map((guest) => guest.end())])
    if (this.#root) await rm(this.#root, { recursive: true, force: true, maxRetries: 5 })
  }
}

function whyNobody(answers: readonly PromiseSettledResult<void>[]): ShoalError {
  const reasons = answers.flatMap((answer) =>
    answer.status === 'rejected' ? [answer.reason as unknown] : [],
  )
  const one = reasons.find((reason) => isShoalError(reason) && reason.code !== 'declined')
  return isShoalError(one) ? one : new ShoalError('declined', 'nobody takes part')
}

/** The race as it is saved: with the rates that were measured, the slowest of the downloaders'. */
function specOf({ size, modes, repeats }: LaptopRaceSpec, rates: RacePoint['rates']): RaceSpec {
  const { up, down } = slowestOf(rates)
  return {
    peers: [rates.peers.length],
    size,
    up,
    down,
    sourceUp: rates.source,
    delayMs: 0,
    servers: 1,
    medium: rates.medium === null ? 'switch' : 'wifi',
    modes,
    repeats,
  }
}
