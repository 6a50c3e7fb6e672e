import { isShoalError, type ShoalError } from '../../../base/index.ts'
import type { LaneHub } from '../lanes/lane-hub.ts'
import type { Link } from '../link/link.ts'
import { violation } from '../wire/bytes.ts'
import type { Message, StateMessage } from '../wire/messages.ts'
import type { ShareDriver } from './driver.ts'
import type { PeerExchange } from './exchange.ts'
import type { RootFetch } from './root-fetch.ts'

export interface ConversationInit {
  readonly driver: ShareDriver
  readonly root: RootFetch
  readonly exchange: PeerExchange
  readonly hub: LaneHub
  readonly sendRoot: (link: Link) => void
  readonly onIntroduced: (link: Link, introduction: StateMessage) => void
  /** It broke the protocol. */
  readonly onHostile: (link: Link, error: ShoalError) => void
}

/** What a neighbour says after the hello: to whom each message goes, and what it may not say. */
export class Conversation {
  readonly #init: ConversationInit

  constructor(init: ConversationInit) {
    this.#init = init
  }

  received(link: Link, message: Message): void {
    link.heard()
    try {
      this.#handle(link, message)
    } catch (error) {
      if (!isShoalError(error, 'protocol-violation')) throw error
      this.#init.onHostile(link, error)
    }
  }

  #handle(link: Link, message: Message): void {
    const { driver, root, exchange, hub } = this.#init
    if (message.is === 'state') return this.#state(link, message)
    if (message.is === 'root') return void root.received(link, message.bytes)
    if (message.is === 'get-root') return this.#init.sendRoot(link)
    if (message.is === 'goodbye') {
      link.goodbye = message.reason
      return link.close('leaving')
    }
    if (message.is === 'peers') return void exchange.received(link, message.records)
    if (link.phase.is !== 'active') throw violation(`${message.is} before a state`)
    switch (message.is) {
      case 'update':
        return driver.update(link, message)
      case 'reject':
        return driver.rejected(link, message.part, message.reason)
      case 'handed-out':
        return driver.handedOut(link, message.to)
      case 'ping':
        return link.send({ is: 'pong', id: message.id })
      case 'pong':
        return this.#pong(link, message.id)
      case 'lane':
        return hub.invited(link, message.port, message.token)
      case 'by-lane':
        return link.byLane.byLane(message.epoch)
      case 'lane-lost':
        return link.byLane.laneLost(message.epoch)
      case 'lane-received':
        return link.byLane.laneReceived(message.epoch, message.count)
      default:
        throw violation(`${message.is} after the hello`)
    }
  }

  #state(link: Link, state: StateMessage): void {
    const { driver, root, exchange, onIntroduced } = this.#init
    if (link.phase.is === 'active') {
      const { introduction } = link.phase
      if (introduction.handle !== state.handle) throw violation('another number for the same share')
      introduction.hasRoot = state.hasRoot
      introduction.name = state.name
      introduction.record = state.record
      return root.introduced(link)
    }
    driver.join(link, state)
    exchange.joined(link)
    if (link.roundTrip !== undefined) driver.roundTrip(link, link.roundTrip)
    onIntroduced(link, state)
    root.introduced(link)
  }

  #pong(link: Link, id: number): void {
    const ms = link.pong(id)
    if (ms !== undefined) this.#init.driver.roundTrip(link, ms)
  }
}
