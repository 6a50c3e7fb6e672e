import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'

/**
 * SHA-256 in one shot, in browser and Node alike. For roots, pages and keys; bulk data is hashed by the store with
 * the platform's own, several times faster code.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  return nobleSha256(bytes)
}
