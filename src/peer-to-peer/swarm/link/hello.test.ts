import { describe, expect, it } from 'vitest'
import { seededRandom, toHex, utf8 } from '../../../base/index.ts'
import { encodeMessage, type Message } from '../wire/messages.ts'
import { helloProof } from '../wire/proof.ts'
import { InitiatorHello, ResponderHello, type KnownShare } from './hello.ts'

const ALICE = utf8('alice, who asks')
const BOB = utf8('bob')
const MALLORY = utf8('mallory')
const CID = new Uint8Array(36).fill(7)
const OTHER = new Uint8Array(36).fill(8)

let seed = 1
const asks = (self: Uint8Array, peer: Uint8Array, cid = CID): InitiatorHello =>
  new InitiatorHello({ cid, self, peer, random: seededRandom(seed++), wantsRoot: false })
const answers = (
  self: Uint8Array,
  peer: Uint8Array,
  cids: Uint8Array[] = [CID],
): ResponderHello<KnownShare> =>
  new ResponderHello({
    self,
    peer,
    random: seededRandom(seed++),
    shares: () => cids.map((cidBytes) => ({ cidBytes })),
  })

/** What one side sends after a message, if anything. */
const sends = (side: InitiatorHello | ResponderHello<KnownShare>, message: Message): Message | undefined => {
  const step = side.step(message)
  return 'send' in step ? step.send : undefined
}

describe('hello', () => {
  it('proves to both sides that the other knows the share, and to which', () => {
    const alice = asks(ALICE, BOB)
    const bob = answers(BOB, ALICE, [OTHER, CID])
    const challenge = sends(bob, alice.first())!
    const proof = sends(alice, challenge)!
    const accepted = bob.step(proof)
    expect(accepted).toMatchObject({ is: 'proven', share: { cidBytes: CID } })
    expect(alice.step((accepted as { send: Message }).send)).toMatchObject({ is: 'proven' })
  })

  it('answers the same unknown to every proof that fits nothing, whatever the reason', () => {
    const tries: Uint8Array[] = []
    for (const shares of [[], [OTHER], [OTHER, OTHER, OTHER]]) {
      const alice = asks(ALICE, BOB)
      const bob = answers(BOB, ALICE, shares)
      const step = bob.step(sends(alice, sends(bob, alice.first())!)!)
      expect(step.is).toBe('unknown')
      tries.push(encodeMessage((step as { send: Message }).send))
    }
    expect(new Set(tries.map(toHex)).size).toBe(1)
  })

  it('shows nothing of the share before the other side has proven it: a challenge is a fresh nonce', () => {
    const challenges = [[CID], [CID], []].map((shares) =>
      sends(answers(BOB, ALICE, shares), asks(ALICE, BOB).first())!,
    )
    expect(new Set(challenges.map((challenge) => toHex(encodeMessage(challenge)))).size).toBe(3)
    expect(challenges.map((challenge) => encodeMessage(challenge).length)).toEqual([33, 33, 33])
  })

  it('refuses a proof played back in another hello', () => {
    const alice = asks(ALICE, BOB)
    const bob = answers(BOB, ALICE)
    const hello = alice.first()
    const proof = sends(alice, sends(bob, hello)!)!
    expect(bob.step(proof).is).toBe('proven')
    const again = answers(BOB, ALICE)
    sends(again, hello)
    expect(again.step(proof).is).toBe('unknown')
  })

  it('refuses its own proof reflected at it', () => {
    // Alice asks Mallory, who at the same time asks Alice and passes everything back.
    const alice = asks(ALICE, MALLORY)
    const alsoAlice = answers(ALICE, MALLORY)
    const challenge = sends(alsoAlice, alice.first())!
    const proof = sends(alice, challenge)!
    expect(alsoAlice.step(proof).is).toBe('unknown')
  })

  it('refuses a proof that was made for somebody else and passed on', () => {
    const alice = asks(ALICE, MALLORY)
    const bob = answers(BOB, MALLORY)
    const proof = sends(alice, sends(bob, alice.first())!)!
    expect(bob.step(proof).is).toBe('unknown')
  })

  it('does not take its own role’s proof for a welcome', () => {
    const alice = asks(ALICE, BOB)
    const proof = sends(alice, { is: 'challenge', nonce: new Uint8Array(32) })!
    expect(() => alice.step({ is: 'welcome', proof: (proof as { proof: Uint8Array }).proof })).toThrow(
      expect.objectContaining({ code: 'protocol-violation' }),
    )
  })

  it.each<[string, (bob: ResponderHello<KnownShare>) => void]>([
    [
      'a proof before a hello',
      (bob) => bob.step({ is: 'proof', proof: new Uint8Array(32), wantsRoot: false }),
    ],
    ['two hellos', (bob) => [1, 2].forEach(() => bob.step(asks(ALICE, BOB).first()))],
    ['a welcome from who asks', (bob) => bob.step({ is: 'welcome', proof: new Uint8Array(32) })],
  ])('refuses %s', (_what, work) => {
    expect(() => work(answers(BOB, ALICE))).toThrow(expect.objectContaining({ code: 'protocol-violation' }))
  })

  it('answers another version with unknown', () => {
    const step = answers(BOB, ALICE).step({ is: 'hello', version: 2, nonce: new Uint8Array(32) })
    expect(step).toMatchObject({ is: 'unknown', send: { is: 'unknown' } })
  })

  it('has this proof', () => {
    const facts = {
      initiator: ALICE,
      responder: BOB,
      initiatorNonce: new Uint8Array(32).fill(1),
      responderNonce: new Uint8Array(32).fill(2),
    }
    expect(toHex(helloProof(CID, 'i', facts))).toBe(
      '21eb95fd633d6d99c07658a9a1de606cb558bacb914749235e3c1249c271d7b2',
    )
    expect(toHex(helloProof(CID, 'r', facts))).toBe(
      '5a806dba7a2dcbcb40d39f60182cee1b0720ae064ff46b695cb5459eaeb7b0ff',
    )
  })
})
