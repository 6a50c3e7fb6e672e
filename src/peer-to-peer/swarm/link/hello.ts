import { equalBytesConstantTime, type Random } from '../../../base/index.ts'
import { violation } from '../wire/bytes.ts'
import { PROTOCOL_VERSION, type Message } from '../wire/messages.ts'
import { helloProof, type HelloFacts } from '../wire/proof.ts'

const NONCE_BYTES = 32

/** What a step of a hello leads to. */
export type HelloStep<Share> =
  | { is: 'waiting'; send: Message }
  | { is: 'proven'; share: Share; send?: Message; wantsRoot: boolean }
  | { is: 'unknown'; send?: Message }

/**
 * The side that opened the stream: hello → challenge → proof → welcome or unknown. It reveals its proof first, and
 * with it nothing but to who knows the same CID.
 */
export class InitiatorHello {
  readonly #cid: Uint8Array
  readonly #self: Uint8Array
  readonly #peer: Uint8Array
  readonly #nonce: Uint8Array
  readonly #wantsRoot: boolean
  #facts: HelloFacts | undefined

  constructor(init: {
    cid: Uint8Array
    self: Uint8Array
    peer: Uint8Array
    random: Random
    wantsRoot: boolean
  }) {
    this.#cid = init.cid
    this.#self = init.self
    this.#peer = init.peer
    this.#nonce = init.random.bytes(NONCE_BYTES)
    this.#wantsRoot = init.wantsRoot
  }

  first(): Message {
    return { is: 'hello', version: PROTOCOL_VERSION, nonce: this.#nonce }
  }

  step(message: Message): HelloStep<undefined> {
    if (message.is === 'challenge' && !this.#facts) return this.#prove(message.nonce)
    if (message.is === 'unknown') return { is: 'unknown' }
    if (message.is === 'welcome' && this.#facts) return this.#check(message.proof, this.#facts)
    throw violation(`${message.is} does not belong here in a hello`)
  }

  #prove(responderNonce: Uint8Array): HelloStep<undefined> {
    this.#facts = {
      initiator: this.#self,
      responder: this.#peer,
      initiatorNonce: this.#nonce,
      responderNonce,
    }
    const proof = helloProof(this.#cid, 'i', this.#facts)
    return { is: 'waiting', send: { is: 'proof', proof, wantsRoot: this.#wantsRoot } }
  }

  #check(proof: Uint8Array, facts: HelloFacts): HelloStep<undefined> {
    if (!equalBytesConstantTime(helloProof(this.#cid, 'r', facts), proof)) throw violation('a false proof')
    return { is: 'proven', share: undefined, wantsRoot: false }
  }
}

/** What the responder tries a proof against. */
export interface KnownShare {
  readonly cidBytes: Uint8Array
}

/** The side that was asked. Whatever does not fit is answered with the same `unknown` after the same work. */
export class ResponderHello<Share extends KnownShare> {
  readonly #self: Uint8Array
  readonly #peer: Uint8Array
  readonly #nonce: Uint8Array
  readonly #shares: () => readonly Share[]
  #initiatorNonce: Uint8Array | undefined

  constructor(init: { self: Uint8Array; peer: Uint8Array; random: Random; shares: () => readonly Share[] }) {
    this.#self = init.self
    this.#peer = init.peer
    this.#nonce = init.random.bytes(NONCE_BYTES)
    this.#shares = init.shares
  }

  step(message: Message): HelloStep<Share> {
    if (message.is === 'hello' && !this.#initiatorNonce) {
      if (message.version !== PROTOCOL_VERSION) return { is: 'unknown', send: { is: 'unknown' } }
      this.#initiatorNonce = message.nonce
      return { is: 'waiting', send: { is: 'challenge', nonce: this.#nonce } }
    }
    if (message.is === 'proof' && this.#initiatorNonce) {
      return this.#match(message.proof, message.wantsRoot, this.#initiatorNonce)
    }
    throw violation(`${message.is} does not belong here in a hello`)
  }

  #match(proof: Uint8Array, wantsRoot: boolean, initiatorNonce: Uint8Array): HelloStep<Share> {
    const facts: HelloFacts = {
      initiator: this.#peer,
      responder: this.#self,
      initiatorNonce,
      responderNonce: this.#nonce,
    }
    let found: Share | undefined
    // Every share is tried, also after a match, and both roles are computed: time tells nothing.
    let answer = helloProof(NO_SHARE, 'r', facts)
    for (const share of this.#shares()) {
      const expected = helloProof(share.cidBytes, 'i', facts)
      const own = helloProof(share.cidBytes, 'r', facts)
      if (!equalBytesConstantTime(expected, proof)) continue
      found = share
      answer = own
    }
    if (!found) return { is: 'unknown', send: { is: 'unknown' } }
    return { is: 'proven', share: found, send: { is: 'welcome', proof: answer }, wantsRoot }
  }
}

const NO_SHARE = new Uint8Array(36)
