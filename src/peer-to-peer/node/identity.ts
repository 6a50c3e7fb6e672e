import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { constants } from 'node:fs'
import { chmod, mkdir, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { errorMessage, ShoalError, systemCode, systemRandom, toHex, toShoalError } from '../../base/index.ts'
import { writeFileAtomic } from '../../store/small-file.ts'
import { MAX_KEY_FILE_BYTES } from './limits.ts'
import type { PrivateKey } from '@libp2p/interface'
import type { PeerId } from '@libp2p/interface'

export const IDENTITY_FILE = 'identity.key'

/** Where an identity came from; `replaced` names the unreadable file that was kept aside. */
export type IdentityOrigin =
  { is: 'memory' } | { is: 'loaded' } | { is: 'created' } | { is: 'replaced'; keptAs: string; reason: string }

/** Who this laptop is to others: an Ed25519 key pair, whose public half is the peer id. */
export interface Identity {
  readonly privateKey: PrivateKey
  readonly peerId: PeerId
  readonly origin: IdentityOrigin
}

/** A new identity that is not stored anywhere. */
export async function createIdentity(): Promise<Identity> {
  return identityOf(await generateKeyPair('Ed25519'), { is: 'memory' })
}

/**
 * The identity in `<home>/identity.key` (libp2p's protobuf of an Ed25519 key, mode 0600), made on first use. A file that
 * holds no such key is renamed, never overwritten: it may be somebody's only copy.
 * @throws ShoalError `permission-denied`, `disk-full`, … when the folder cannot be read or written.
 */
export async function loadIdentity(home: string): Promise<Identity> {
  const path = join(home, IDENTITY_FILE)
  try {
    await mkdir(home, { recursive: true, mode: 0o700 })
    const bytes = await readKeyFile(path)
    if (!bytes) return await createAt(path, { is: 'created' })
    const key = decodeKey(bytes)
    if (key instanceof Error) {
      const keptAs = await keepAside(path)
      return await createAt(path, { is: 'replaced', keptAs, reason: key.message })
    }
    await chmod(path, 0o600)
    return identityOf(key, { is: 'loaded' })
  } catch (error) {
    throw toShoalError(error, 'storage-failed')
  }
}

function identityOf(privateKey: PrivateKey, origin: IdentityOrigin): Identity {
  return { privateKey, peerId: peerIdFromPrivateKey(privateKey), origin }
}

async function createAt(path: string, origin: IdentityOrigin): Promise<Identity> {
  const privateKey = await generateKeyPair('Ed25519')
  await writeFileAtomic(path, privateKeyToProtobuf(privateKey))
  return identityOf(privateKey, origin)
}

/** At most MAX_KEY_FILE_BYTES + 1 bytes, so that a huge file is not read whole; undefined when there is none. */
async function readKeyFile(path: string): Promise<Uint8Array | undefined> {
  let file
  try {
    // O_NONBLOCK: a FIFO in this place must not block the start.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    const buffer = new Uint8Array(MAX_KEY_FILE_BYTES + 1)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    if (systemCode(error) === 'EISDIR') return new Uint8Array(0)
    throw error
  } finally {
    await file.close()
  }
}

function decodeKey(bytes: Uint8Array): PrivateKey | Error {
  try {
    if (bytes.length > MAX_KEY_FILE_BYTES) throw new ShoalError('too-large', 'the key file is too large')
    const key = privateKeyFromProtobuf(bytes)
    return key.type === 'Ed25519' ? key : new Error(`not an Ed25519 key but ${key.type}`)
  } catch (error) {
    return new Error(errorMessage(error))
  }
}

async function keepAside(path: string): Promise<string> {
  const keptAs = `${path}.unreadable-${toHex(systemRandom.bytes(4))}`
  await rename(path, keptAs)
  return keptAs
}
