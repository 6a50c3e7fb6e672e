import { wordlist as english } from '@scure/bip39/wordlists/english.js'
import { wordlist as korean } from '@scure/bip39/wordlists/korean.js'
import { concatBytes, utf8 } from '../../base/index.ts'
import { sha256 } from '../../content/index.ts'
import { IDENTITY_WORDS } from './limits.ts'
import type { PeerId } from '@libp2p/interface'

/** The same words in two languages: word for word the same numbers. */
export interface IdentityWords {
  readonly en: readonly string[]
  readonly ko: readonly string[]
}

const BITS_PER_WORD = 11

/**
 * An identity as words to compare by eye or aloud, from the word lists of BIP-39: the first 66 bits of
 * SHA-256("shoal/identity-words/1" ‖ multihash of the peer id).
 */
export function identityWords(peerId: PeerId): IdentityWords {
  const hash = sha256(concatBytes(utf8('shoal/identity-words/1'), peerId.toMultihash().bytes))
  const numbers = Array.from({ length: IDENTITY_WORDS }, (_, i) => bitsAt(hash, i * BITS_PER_WORD))
  return {
    en: numbers.map((number) => english[number]!),
    // The list is in NFD, which some fonts show as loose letters.
    ko: numbers.map((number) => korean[number]!.normalize('NFC')),
  }
}

/** Eleven bits from a bit offset on, most significant first. */
function bitsAt(bytes: Uint8Array, offset: number): number {
  const at = offset >> 3
  const three = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
  return (three >> (24 - BITS_PER_WORD - (offset & 7))) & (2 ** BITS_PER_WORD - 1)
}
