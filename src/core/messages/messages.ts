import { join } from 'node:path'
import { peerIdFromString } from '@libp2p/peer-id'
import {
  Cleanup,
  ShoalError,
  sleep,
  type AbortOptions,
  type Clock,
  type Logger,
  type Random,
  type Startable,
} from '../../base/index.ts'
import { sanitiseText, type ShareCard } from '../../content/index.ts'
import type {
  ConversationUpdate,
  DirectMessage,
  MessagesOverview,
  Notice,
  Share,
} from '../../contract/index.ts'
import type { Discovery } from '../../peer-to-peer/discovery/index.ts'
import { MAX_NOTE, Messenger, type PeerMessage } from '../../peer-to-peer/messages/index.ts'
import type { Nearby } from '../../peer-to-peer/nearby/index.ts'
import type { ShoalNode } from '../../peer-to-peer/node/index.ts'
import { toProblem } from '../shares/problem.ts'
import { Changes } from './changes.ts'
import { History, type StoredMessage } from './history.ts'
import { CONVERSATION_PAGE, READY_CHECK_MS } from './limits.ts'
import { Offers, type OfferShares } from './offers.ts'
import { People } from './people.ts'
import { Post } from './post.ts'
import { Reach } from './reach.ts'
import { newMessageId, Rounds } from './rounds.ts'
import { openHistoryDatabase } from './schema.ts'

export interface MessagesShares extends OfferShares {
  byId(id: string): Share | undefined
  /** Begins a download; gives its id. */
  download(link: string, to: string | undefined): Promise<string>
}

export interface MessagesInit {
  readonly home: string
  readonly node: ShoalNode
  readonly nearby: Nearby
  readonly discovery: Discovery
  readonly shares: MessagesShares
  /** What this laptop is called. */
  readonly name: () => string
  readonly notice: (notice: Notice) => void
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

/** Direct messages among people: notes, offers of shares, and what became of them. */
export class Messages implements Startable {
  readonly #init: MessagesInit
  readonly #history: History
  readonly #changes: Changes
  readonly #reach: Reach
  readonly #messenger: Messenger
  readonly #post: Post
  readonly #offers: Offers
  readonly #rounds: Rounds
  readonly #people: People
  readonly #cleanup = new Cleanup()

  constructor(init: MessagesInit) {
    const { node, nearby, discovery, clock, random } = init
    const log = init.log.child('messages')
    this.#init = init
    const database = openHistoryDatabase(join(init.home, 'messages.db'), clock.wallNow(), log)
    this.#history = new History(database, clock)
    this.#changes = new Changes(clock)
    this.#cleanup.add(() => this.#history.close())
    this.#people = new People({ history: this.#history, node, nearby })
    this.#reach = new Reach({ node, nearby, discovered: () => discovery.peers(), clock })
    const recipient = {
      wants: (from: { toString(): string }) => !this.#history.person(from.toString())?.blocked,
      knows: (from: { toString(): string }) => this.#history.person(from.toString())?.wroteTo ?? false,
      take: (from: { toString(): string }, message: PeerMessage) => this.#take(from.toString(), message),
    }
    this.#messenger = new Messenger({ network: node, recipient, clock, log })
    const shared = {
      history: this.#history,
      changes: this.#changes,
      nameOf: (id: string) => this.#people.nameOf(id),
    }
    this.#post = new Post({ ...shared, messenger: this.#messenger, reach: this.#reach, log })
    this.#offers = new Offers({ ...shared, post: this.#post, node, shares: init.shares, clock })
    this.#rounds = new Rounds({
      ...shared,
      post: this.#post,
      random,
      now: () => clock.wallNow(),
      people: this.#people,
      log,
    })
  }

  async start(): Promise<void> {
    const { node, nearby } = this.#init
    const interrupted = new ShoalError('cancelled', 'the app was closed before it was sent')
    this.#history.endSending({ is: 'undeliverable', problem: toProblem(interrupted) })
    this.#cleanup.add(() => this.#changes.close())
    const touch = (): void => this.#changes.touch()
    this.#cleanup.add(nearby.events.on('peer', ({ peerId, card }) => this.#met(peerId.toString(), card.name)))
    this.#cleanup.add(nearby.events.on('gone', touch))
    this.#cleanup.add(node.events.on('peer-connected', touch))
    this.#cleanup.add(node.events.on('peer-disconnected', touch))
    this.#cleanup.add(() => this.#post.stop())
    this.#cleanup.add(() => this.#offers.stop())
    this.#offers.start()
    this.#cleanup.add(() => this.#messenger.stop())
    await this.#messenger.start()
  }

  stop(): Promise<void> {
    return this.#cleanup.run()
  }

  /** Everything but the conversations, whole, whenever it changed. */
  async *watch(signal?: AbortSignal): AsyncGenerator<MessagesOverview> {
    let shown = ''
    for await (const overview of this.#changes.follow(() => this.overview(), signal)) {
      const text = JSON.stringify(overview)
      if (text !== shown) yield overview
      shown = text
    }
  }

  overview(): MessagesOverview {
    const people = this.#people.list()
    const self = this.#init.node.peerId.toString()
    return {
      me: { peerId: self, name: this.#init.name(), words: this.#people.wordsOf(self) },
      people,
      unread: people.reduce((sum, { unread }) => sum + unread, 0),
      rounds: this.#rounds.view(),
    }
  }

  /** The newest part of a conversation, then what changed. */
  async *conversation(peerId: string, signal?: AbortSignal): AsyncGenerator<ConversationUpdate> {
    assertPeerId(peerId)
    let shown: Map<string, string> | undefined
    const read = () => this.#history.messages(peerId, { limit: CONVERSATION_PAGE }).map(toView)
    for await (const messages of this.#changes.follow(read, signal)) {
      const texts = new Map(
        messages.map((message) => [`${message.mine}/${message.id}`, JSON.stringify(message)]),
      )
      // One that is gone (forgotten, or beyond the page) cannot be told as a change.
      const isGone = [...(shown?.keys() ?? [])].some((key) => !texts.has(key))
      const changed = messages.filter((each) => {
        const key = `${each.mine}/${each.id}`
        return shown?.get(key) !== texts.get(key)
      })
      const is = shown && !isGone ? 'changed' : 'whole'
      shown = texts
      const hasOlder = messages.length === CONVERSATION_PAGE
      if (is === 'whole') yield { is, messages, hasOlder }
      else if (changed.length > 0) yield { is, messages: changed, hasOlder }
    }
  }

  older(peerId: string, seq: number, limit: number): { messages: DirectMessage[]; hasOlder: boolean } {
    const messages = this.#history.messages(peerId, { before: seq, limit }).map(toView)
    return { messages, hasOlder: messages.length === limit }
  }

  /** Sends a note; its `delivery` says whether it arrived. */
  async send(peerId: string, text: string, options: AbortOptions = {}): Promise<DirectMessage> {
    assertPeerId(peerId)
    this.#assertOther(peerId)
    if (text.length > MAX_NOTE) {
      throw new ShoalError(
        'too-large',
        `a note is at most ${MAX_NOTE} characters: share longer texts as a file`,
      )
    }
    const words = sanitiseText(text, MAX_NOTE)
    if (words === '') throw new ShoalError('bad-usage', 'a message without words')
    return toView(
      await this.#post.send({ peerId, id: newMessageId(this.#init.random), text: words }, options),
    )
  }

  /** `send` to somebody who may have to be found first. */
  async tell(to: string, text: string, waitMs: number, options: AbortOptions = {}): Promise<DirectMessage> {
    this.#assertOther(to)
    const peerId = await this.#reach.find(to, waitMs, options)
    return this.send(peerId.toString(), text, options)
  }

  /** Sends again what did not arrive. */
  async resend(peerId: string, id: string): Promise<DirectMessage> {
    const message = this.#history.message({ peerId, mine: true, id })
    if (message?.delivery.is !== 'undeliverable')
      throw new ShoalError('not-found', 'there is no message to send again')
    const { text, offer, round } = message
    const content = offer ? { offer: contentOf(offer) } : {}
    return toView(await this.#post.send({ peerId, id, text, ...content, round: round ?? undefined }))
  }

  /** Offers a share, once it has been read, to some or to everyone nearby. Null: to one, in the conversation alone. */
  async offer(
    shareId: string,
    to: readonly string[] | undefined,
    text: string,
    options: AbortOptions = {},
  ): Promise<string | null> {
    for (const peerId of to ?? []) assertPeerId(peerId)
    const offer = await this.#ready(shareId, options)
    const words = sanitiseText(text, MAX_NOTE)
    const [first, ...others] = to ?? []
    if (first === undefined || others.length > 0) return this.#rounds.begin(offer, to, words)
    await this.#post.send({ peerId: first, id: newMessageId(this.#init.random), text: words, offer }, options)
    return null
  }

  offerAgain(roundId: string): void {
    this.#rounds.again(roundId)
  }

  closeRound(roundId: string): void {
    this.#rounds.close(roundId)
  }

  /** Takes or declines what somebody offered. */
  async answer(
    peerId: string,
    id: string,
    answer: { accept: boolean; to?: string | undefined },
  ): Promise<void> {
    const message = this.#history.message({ peerId, mine: false, id })
    if (!message?.offer) throw new ShoalError('not-found', 'there is no such offer')
    const { state, link } = message.offer
    if (state.is === 'accepted' || state.is === 'getting' || state.is === 'done') return
    if (answer.accept) await this.#init.shares.download(link, answer.to)
    this.#offers.set(message, { is: answer.accept ? 'accepted' : 'declined' })
    void this.#offers.report(peerId)
  }

  markRead(peerId: string): void {
    if (this.#history.markRead(peerId)) this.#changes.touch()
  }

  block(peerId: string, blocked: boolean): void {
    assertPeerId(peerId)
    this.#history.mark(peerId, this.#people.nameOf(peerId), { blocked })
    this.#changes.touch()
  }

  verify(peerId: string, verified: boolean): void {
    assertPeerId(peerId)
    this.#history.mark(peerId, this.#people.nameOf(peerId), { verified })
    this.#changes.touch()
  }

  forget(peerId: string): void {
    this.#history.forget(peerId)
    this.#changes.touch()
  }

  #assertOther(peerId: string): void {
    if (peerId === this.#init.node.peerId.toString())
      throw new ShoalError('bad-usage', 'that is this laptop itself')
  }

  #take(from: string, message: PeerMessage): void {
    if (message.is === 'report') return this.#offers.reported(from, message.about, message.report)
    const known = this.#history.message({ peerId: from, mine: false, id: message.id })
    // Sent again because our answer got lost, or offered again: what was answered stays answered.
    if (known && !isOfferAgain(known, message)) {
      this.#history.setTold(known, null)
      void this.#offers.report(from)
      return
    }
    const { id, text } = message
    const offer = message.is === 'offer' ? message.share : undefined
    const added = this.#history.add(
      { peerId: from, mine: false, id, text, delivery: { is: 'delivered' }, offer },
      this.#people.nameOf(from),
    )
    if (offer && this.#init.shares.find(offer.cid)?.state.is === 'serving')
      this.#offers.set(added, { is: 'done' })
    this.#changes.touch()
    this.#init.notice({
      is: 'message',
      id,
      peerId: from,
      name: this.#people.nameOf(from),
      text,
      offer: offer?.name ?? null,
    })
  }

  #met(peerId: string, name: string): void {
    this.#history.rename(peerId, name)
    this.#changes.touch()
  }

  /** What a share offers, once it has been read and has a link. */
  async #ready(shareId: string, options: AbortOptions): Promise<ShareCard> {
    for (;;) {
      const share = this.#init.shares.byId(shareId)
      if (!share) throw new ShoalError('not-found', 'there is no such share')
      if (share.state.is === 'failed')
        throw new ShoalError(share.state.problem.code, share.state.problem.message)
      const { cid, link, name, title, kind, size, files } = share
      if (cid !== null && link !== null && kind !== null && size !== null && files !== null)
        return { cid, link, name, title, kind, size, files }
      await sleep(READY_CHECK_MS, { ...options, clock: this.#init.clock })
    }
  }
}

/** An offer that nobody answered, or that failed, may be made again; a note is the same note. */
function isOfferAgain(known: StoredMessage, message: PeerMessage): boolean {
  const state = known.offer?.state.is
  return (
    message.is === 'offer' &&
    message.share.cid === known.offer?.cid &&
    (state === 'open' || state === 'failed')
  )
}

function toView(stored: StoredMessage): DirectMessage {
  const { id, peerId, seq, mine, at, text, delivery, offer } = stored
  return { id, peerId, seq, mine, at, text, delivery, offer }
}

function contentOf(offer: NonNullable<DirectMessage['offer']>): ShareCard {
  const { cid, link, name, title, kind, size, files } = offer
  return { cid, link, name, title, kind, size, files }
}

function assertPeerId(text: string): void {
  try {
    peerIdFromString(text)
  } catch {
    throw new ShoalError('bad-address', `not a peer id: "${text.slice(0, 80)}"`)
  }
}
