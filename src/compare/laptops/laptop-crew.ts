import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { peerIdFromString } from '@libp2p/peer-id'
import { isShoalError, ShoalError, type AbortOptions } from '../../base/index.ts'
import type { LaptopRaceSpec } from '../../contract/index.ts'
import type { LinkKind, RaceDoor } from '../../peer-to-peer/race/index.ts'
import type { Crew, Part } from '../race/crew.ts'
import type { Host } from '../race/messages.ts'
import type { Racer } from '../race/racer-base.ts'
import type { SpawnRacer } from '../race/spawn-racer.ts'
import { RemoteRacer } from './remote-racer.ts'
import { startRacer } from './start-racer.ts'

export interface LaptopRaceInit {
  readonly door: RaceDoor
  readonly spawn: SpawnRacer
  readonly spec: LaptopRaceSpec
  /** This laptop, and what the others are called. */
  readonly self: { readonly name: string; readonly link: LinkKind }
  readonly nameOf: (peerId: string) => string
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

  async begin({ door, spawn, spec, self, nameOf }: LaptopRaceInit, signal: AbortSignal): Promise<void> {
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
    this.#source = await startRacer('s1', { dir: this.#root, spawn, signal })
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
