import * as dagCbor from '@ipld/dag-cbor'
import { CID } from 'multiformats/cid'
import { create as createDigest } from 'multiformats/hashes/digest'
import { equalBytes } from '../base/bytes.ts'
import { HASH_BYTES } from './limits.ts'
import { sha256 } from './hash.ts'

/** Multicodec of sha2-256 and of raw bytes (https://github.com/multiformats/multicodec). */
const SHA2_256 = 0x12
const RAW = 0x55

/** Characters of a share's CID in base32: one for the base, 36 bytes in groups of five bits. */
export const CID_TEXT_LENGTH = 59

/** The name of a share: CIDv1, dag-cbor, sha2-256 of its root's bytes. */
export function cidOf(rootBytes: Uint8Array): CID {
  return CID.createV1(dagCbor.code, createDigest(SHA2_256, sha256(rootBytes)))
}

/** A CIDv1 for raw bytes whose digest is given as is. */
export function rawCid(digest: Uint8Array): CID {
  return CID.createV1(RAW, createDigest(SHA2_256, digest))
}

/** Whether a CID has the one form a share's has. */
export function isShareCid(cid: CID): boolean {
  return (
    cid.version === 1 &&
    cid.code === dagCbor.code &&
    cid.multihash.code === SHA2_256 &&
    cid.multihash.digest.length === HASH_BYTES
  )
}

/** A share's CID in its one spelling (lower-case base32), else undefined. */
export function parseShareCid(text: string): CID | undefined {
  if (text.length !== CID_TEXT_LENGTH || !/^b[a-z2-7]+$/.test(text)) return undefined
  try {
    const cid = CID.parse(text)
    return isShareCid(cid) ? cid : undefined
  } catch {
    return undefined
  }
}

/** Whether root bytes are the ones a CID names. */
export function isNamedBy(cid: CID, rootBytes: Uint8Array): boolean {
  return isShareCid(cid) && equalBytes(cid.multihash.digest, sha256(rootBytes))
}
