import { peerIdFromString } from '@libp2p/peer-id'
import { describe, expect, it } from 'vitest'
import { identityWords } from './identity-words.ts'

const ALICE = '12D3KooWRvzzdmJCfquKjTKxYwn35K5VX2SxpoDHYvY6QXfdECiA'
const BOB = '12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo'

describe('the words of an identity', () => {
  it('are the same on every laptop', () => {
    expect(identityWords(peerIdFromString(ALICE))).toEqual(identityWords(peerIdFromString(ALICE)))
    expect(identityWords(peerIdFromString(ALICE))).toEqual({ en: VECTOR_EN, ko: VECTOR_KO })
  })

  it('differ between identities', () => {
    const alice = identityWords(peerIdFromString(ALICE)).en
    const bob = identityWords(peerIdFromString(BOB)).en
    expect(alice).not.toEqual(bob)
    expect(alice.filter((word, i) => word === bob[i]).length).toBeLessThan(3)
  })

  it('are composed letters, as fonts show them', () => {
    const { ko } = identityWords(peerIdFromString(BOB))
    for (const word of ko) expect(word).toMatch(/^[가-힣]+$/)
  })
})

/** Computed apart, in Python. */
const VECTOR_EN = ['fantasy', 'awful', 'script', 'provide', 'when', 'tool']
const VECTOR_KO = ['복사', '공기', '조명', '일종', '화살', '특급']
