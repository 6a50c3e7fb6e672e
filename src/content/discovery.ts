import type { CID } from 'multiformats/cid'
import { concatBytes, utf8 } from '../base/bytes.ts'
import { rawCid } from './cid.ts'
import { sha256 } from './hash.ts'

const DISCOVERY_CONTEXT = 'shoal/discovery/1'

/**
 * What is announced of a share instead of its CID: SHA-256("shoal/discovery/1" ‖ the CID's 36 bytes). Whoever sees it
 * cannot compute the CID, which is the capability.
 */
export function discoveryKey(cid: CID): Uint8Array {
  return sha256(concatBytes(utf8(DISCOVERY_CONTEXT), cid.bytes))
}

/** The discovery key as DHT and trackers take it: CIDv1(raw) whose sha2-256 digest *is* the key. */
export function discoveryCid(cid: CID): CID {
  return rawCid(discoveryKey(cid))
}
