import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ShoalError, toShoalError, type Logger } from '../../base/index.ts'
import type {
  GuestChannel,
  GuestMessage,
  HostMessage,
  Invitation,
  RaceOffer,
} from '../../peer-to-peer/race/index.ts'
import { MAX_PROBES } from '../limits.ts'
import type { Offer, RacerTold } from '../race/messages.ts'
import type { Racer } from '../race/racer-base.ts'
import type { SpawnRacer } from '../race/spawn-racer.ts'
import { now } from './remote-racer.ts'
import { startRacer } from './start-racer.ts'

/**
 * This laptop in somebody else's race, as far as its person agreed: so many runs with a file of that size, fetched from the
 * laptop that invited and from the others in the swarm, and removed after each run.
 */
export class Guest {
  readonly #invitation: Invitation
  readonly #channel: GuestChannel
  readonly #spawn: SpawnRacer
  readonly #log: Logger
  #runsLeft: number
  #probesLeft = MAX_PROBES
  #folder = ''

  constructor(init: { invitation: Invitation; channel: GuestChannel; spawn: SpawnRacer; log: Logger }) {
    this.#invitation = init.invitation
    this.#channel = init.channel
    this.#spawn = init.spawn
    this.#log = init.log
    this.#runsLeft = init.invitation.invite.runs
  }

  /** Resolves when the race is over, in whatever way, and nothing of it is left. */
  async run(signal: AbortSignal): Promise<void> {
    const dir = await mkdtemp(join(tmpdir(), `shoal-guest-${process.pid}-`))
    let racer: Racer | undefined
    try {
      const started = await startRacer('me', { dir, spawn: this.#spawn, signal })
      racer = started
      started.events.on('told', (told) => this.#tell(told))
      started.events.on('gone', ({ reason }) => this.#broke(reason))
      for (let order = await this.#next(signal); order; order = await this.#next(signal)) {
        await this.#take(order, started, dir)
      }
    } catch (error) {
      if (!signal.aborted) this.#log.warn('a race ended early', { error: String(error) })
      const { code, message } = toShoalError(error)
      await this.#channel.send({ is: 'failed', code, message: message.slice(0, 500) }).catch(() => {})
    } finally {
      racer?.events.clear()
      this.#channel.close()
      await racer?.end()
      await rm(dir, { recursive: true, force: true, maxRetries: 5 })
    }
  }

  /** Our own racer is no more: whoever waits for it should know. */
  #broke(reason: string): void {
    this.#log.warn('the racer ended', { reason })
    this.#channel.close(new ShoalError('internal', 'the racer ended'))
  }

  #next(signal: AbortSignal): Promise<HostMessage | undefined> {
    return this.#channel.receive(signal)
  }

  async #take(order: HostMessage, racer: Racer, dir: string): Promise<void> {
    switch (order.is) {
      case 'clock':
        return this.#channel.send({ is: 'clock', at: now() })
      case 'prepare': {
        this.#count(order.offer)
        if (this.#folder) await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 })
        this.#folder = join(dir, `${this.#runsLeft}-${this.#probesLeft}`)
        await mkdir(this.#folder)
        const { host, invite } = this.#invitation
        const own = host.includes(':') ? '::' : '0.0.0.0'
        const offer = offerAt(order.offer, host)
        racer.order({
          do: 'prepare',
          role: { is: 'getter', dir: this.#folder, offer, host: own, maxBytes: invite.size },
        })
        return
      }
      case 'go':
      case 'finish':
        return racer.order({ do: order.is })
      case 'invite':
        throw new ShoalError('protocol-violation', 'invited twice')
    }
  }

  #count(offer: RaceOffer): void {
    const left = offer.is === 'meter' ? this.#probesLeft-- : this.#runsLeft--
    if (left <= 0) throw new ShoalError('protocol-violation', 'more runs than were agreed on')
  }

  #tell(told: RacerTold): void {
    const message = toWire(told)
    if (message) this.#channel.send(message).catch(() => {})
  }
}

function toWire(told: RacerTold): GuestMessage | undefined {
  switch (told.is) {
    case 'prepared':
      return { is: 'prepared', peerId: told.peerId }
    case 'sample':
    case 'complete':
    case 'finished':
    case 'probed':
      return told
    case 'failed': {
      const { code, message } = toShoalError(new ShoalError('internal', told.message))
      return { is: 'failed', code, message: message.slice(0, 500) }
    }
    case 'started':
    case 'met':
    case 'air':
      return undefined
  }
}

/** What is offered, on the host that invited and on no other. */
function offerAt(offer: RaceOffer, host: string): Offer {
  const isV6 = host.includes(':')
  switch (offer.is) {
    case 'swarm': {
      const { cid, peerId, port } = offer
      return {
        is: 'swarm',
        cid,
        peerId,
        addresses: [`/${isV6 ? 'ip6' : 'ip4'}/${host}/tcp/${port}/p2p/${peerId}`],
      }
    }
    case 'server':
      return { is: 'server', cid: offer.cid, origin: `http://${isV6 ? `[${host}]` : host}:${offer.port}` }
    case 'meter':
      return { is: 'meter', host, port: offer.port, token: offer.token, up: offer.up }
  }
}
