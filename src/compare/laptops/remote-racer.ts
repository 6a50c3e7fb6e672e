import { errorMessage, ShoalError } from '../../base/index.ts'
import type {
  GuestMessage,
  HostChannel,
  LinkKind,
  RaceOffer,
  RaceSample,
} from '../../peer-to-peer/race/index.ts'
import type { Offer, RacerOrder, RacerSample } from '../race/messages.ts'
import { Racer } from '../race/racer-base.ts'

/** Looks at the other clock; the quickest of them is the truest. */
const CLOCK_LOOKS = 4

/** A laptop elsewhere that takes part: told what to do over its channel, its times turned into ours. */
export class RemoteRacer extends Racer {
  readonly link: LinkKind
  readonly #channel: HostChannel
  /** What its clock is ahead of ours, milliseconds. */
  #ahead = 0
  /** What we call the server it fetches from. */
  #origin = ''

  constructor(init: { id: string; name: string; link: LinkKind; channel: HostChannel }) {
    super(init.id, init.name)
    this.link = init.link
    this.#channel = init.channel
  }

  /** Compares the clocks, then listens to what it tells. */
  async begin(signal: AbortSignal): Promise<void> {
    let quickest = Infinity
    for (let i = 0; i < CLOCK_LOOKS; i++) {
      const asked = now()
      await this.#channel.send({ is: 'clock' }, signal)
      const answer = await this.#channel.receive(signal)
      if (answer?.is !== 'clock') throw new ShoalError('protocol-violation', 'no time was told')
      const took = now() - asked
      if (took >= quickest) continue
      quickest = took
      this.#ahead = answer.at - (asked + took / 2)
    }
    void this.#listen()
  }

  order(order: RacerOrder): void {
    if (!this.isRunning) return
    if (order.do === 'prepare' && order.role.is === 'getter') {
      const { offer } = order.role
      if (offer.is === 'server') this.#origin = offer.origin
      this.#send({ is: 'prepare', offer: onTheWire(offer) })
    } else if (order.do === 'go' || order.do === 'finish') this.#send({ is: order.do })
  }

  kill(): void {
    this.#channel.close(new ShoalError('cancelled', 'the race was ended'))
    this.gone('ended')
  }

  async end(): Promise<void> {
    this.#channel.close()
    this.gone('ended')
  }

  #send(message: Parameters<HostChannel['send']>[0]): void {
    this.#channel.send(message).catch((error: unknown) => this.gone(errorMessage(error)))
  }

  async #listen(): Promise<void> {
    try {
      for (let message = await this.#channel.receive(); message; message = await this.#channel.receive()) {
        this.#tell(message)
      }
      this.gone(`${this.name} has left`)
    } catch (error) {
      this.#channel.close(error instanceof Error ? error : undefined)
      this.gone(errorMessage(error))
    }
  }

  #tell(message: GuestMessage): void {
    switch (message.is) {
      case 'sample':
      case 'finished':
        return this.events.emit('told', { is: message.is, sample: this.#sample(message.sample) })
      case 'complete': {
        const [at, lastByteAt] = [this.#time(message.at), this.#time(message.lastByteAt)]
        return this.events.emit('told', {
          is: 'complete',
          at,
          lastByteAt,
          sample: this.#sample(message.sample),
        })
      }
      case 'prepared':
        return this.events.emit('told', {
          is: 'prepared',
          offer: null,
          peerId: message.peerId,
          addresses: [],
        })
      case 'probed':
      case 'failed':
        return this.events.emit('told', message)
      case 'answer':
      case 'clock':
        throw new ShoalError('protocol-violation', `${message.is} was not asked for`)
    }
  }

  #sample(sample: RaceSample): RacerSample {
    const held = Object.entries(sample.held).map(([giver, bytes]) => {
      return [giver.startsWith('http:') ? this.#origin : giver, bytes] as const
    })
    return { ...sample, at: this.#time(sample.at), held: Object.fromEntries(held) }
  }

  #time(at: number): number {
    return at - this.#ahead
  }
}

/** Ports alone: the guest knows by itself which host they are on. */
function onTheWire(offer: Offer): RaceOffer {
  switch (offer.is) {
    case 'swarm':
      return { is: 'swarm', cid: offer.cid, peerId: offer.peerId, port: portOf(offer.addresses) }
    case 'server':
      return { is: 'server', cid: offer.cid, port: Number(new URL(offer.origin).port) }
    case 'meter':
      return { is: 'meter', port: offer.port, token: offer.token, up: offer.up }
  }
}

function portOf(addresses: readonly string[]): number {
  return Number(/\/tcp\/(\d+)/.exec(addresses[0] ?? '')?.[1])
}

export function now(): number {
  return performance.timeOrigin + performance.now()
}
