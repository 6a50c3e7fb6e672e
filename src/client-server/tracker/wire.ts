import { peerIdFromString } from '@libp2p/peer-id'
import { CID } from 'multiformats/cid'
import { ShoalError } from '../../base/index.ts'
import { HASH_BYTES, isPeerAddress, MAX_SIGNED_ADDRESSES } from '../../content/index.ts'
import { MAX_BATCH, MAX_ENVELOPE_BYTES, MAX_PROVIDERS, MAX_URL_LENGTH } from './limits.ts'
import type { AnnounceResult, Provider, Refusal } from './tracker.ts'

/**
 * The bodies of the HTTP API. Look-up follows Delegated Routing v1 (https://specs.ipfs.tech/routing/http-routing-v1/); it
 * leaves announcing to each server, so that has a schema of our own.
 */
export const PROVIDERS_PATH = '/routing/v1/providers'
export const ANNOUNCE_SCHEMA = 'shoal-announce-1'
export const JSON_TYPE = 'application/json'
export const NDJSON_TYPE = 'application/x-ndjson'

/** Names this run of a tracker, and its clock in milliseconds since 1970: `1f3c9a02; time=1700000000000`. */
export const TRACKER_HEADER = 'Shoal-Tracker'

/** Multicodec of raw bytes and of sha2-256. */
const RAW = 0x55
const SHA2_256 = 0x12

/** The discovery key in a path: CIDv1, raw, sha2-256, in base32, base36 or base58btc. */
export function parseKey(text: string): Uint8Array | undefined {
  if (text.length > 128) return undefined
  try {
    const { version, code, multihash } = CID.parse(text)
    const fits = version === 1 && code === RAW && multihash.code === SHA2_256
    return fits && multihash.digest.length === HASH_BYTES ? multihash.digest : undefined
  } catch {
    return undefined
  }
}

function providerRecord({ peer, addresses }: Provider) {
  return { Schema: 'peer', ID: peer, Addrs: addresses, Protocols: [] }
}

export function formatProviders(providers: readonly Provider[], type: string): string {
  const records = providers.map(providerRecord)
  if (type === NDJSON_TYPE) return records.map((record) => `${JSON.stringify(record)}\n`).join('')
  return `${JSON.stringify({ Providers: records })}\n`
}

/** Peers of an answer. What is no peer is left out, as the specification asks; throws `protocol-violation` for no JSON. */
export function parseProviders(text: string): Provider[] {
  const body = parseJson(text)
  const records = isRecord(body) && Array.isArray(body['Providers']) ? (body['Providers'] as unknown[]) : []
  return records.slice(0, MAX_PROVIDERS).flatMap((record) => {
    const provider = isRecord(record) ? readProvider(record) : undefined
    return provider ? [provider] : []
  })
}

function readProvider({ Schema, ID, Addrs }: Record<string, unknown>): Provider | undefined {
  if (Schema !== 'peer' || typeof ID !== 'string' || ID.length > 128 || !isPeerId(ID)) return undefined
  const addresses = Array.isArray(Addrs) ? (Addrs as unknown[]) : []
  return { peer: ID, addresses: addresses.slice(0, MAX_SIGNED_ADDRESSES).filter(isAddress) }
}

function isAddress(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_URL_LENGTH && isPeerAddress(value)
}

function isPeerId(text: string): boolean {
  try {
    return peerIdFromString(text).toString() === text
  } catch {
    return false
  }
}

export function formatAnnounce(envelopes: readonly Uint8Array[]): string {
  const Providers = envelopes.map((envelope) => ({
    Schema: ANNOUNCE_SCHEMA,
    Envelope: Buffer.from(envelope).toString('base64'),
  }))
  return JSON.stringify({ Providers })
}

/** Envelopes of a request, not opened yet. Throws `protocol-violation`. */
export function parseAnnounce(text: string): Uint8Array[] {
  const body = parseJson(text)
  const records: unknown = isRecord(body) ? body['Providers'] : undefined
  if (!Array.isArray(records) || records.length === 0 || records.length > MAX_BATCH) {
    throw bad(`Providers is not a list of 1 to ${MAX_BATCH}`)
  }
  return (records as unknown[]).map(readEnvelope)
}

function readEnvelope(record: unknown): Uint8Array {
  if (!isRecord(record) || record['Schema'] !== ANNOUNCE_SCHEMA) throw bad(`not of schema ${ANNOUNCE_SCHEMA}`)
  const text = record['Envelope']
  const longest = Math.ceil(MAX_ENVELOPE_BYTES / 3) * 4
  if (typeof text !== 'string' || text.length > longest || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
    throw bad('Envelope is not base64')
  }
  return new Uint8Array(Buffer.from(text, 'base64'))
}

const REFUSAL_TEXTS: Readonly<Record<Refusal, string>> = {
  malformed: 'not a signed announcement',
  forged: 'the signature is not that of the peer',
  'other-tracker': 'meant for another tracker',
  expired: 'has expired',
  'expires-too-late': 'would live longer than is allowed',
  replayed: 'not newer than what the peer said before',
  'rate-limited': 'too many announcements',
}

/** Status of a request whose announcements were all refused: that of the first. */
export const REFUSAL_STATUS: Readonly<Record<Refusal, number>> = {
  malformed: 400,
  forged: 403,
  'other-tracker': 421,
  expired: 410,
  'expires-too-late': 422,
  replayed: 409,
  'rate-limited': 429,
}

export function formatResults(results: readonly AnnounceResult[]): string {
  const ProvideResults = results.map((result) =>
    result.is === 'accepted'
      ? { Schema: ANNOUNCE_SCHEMA, AdvisoryTTL: result.lifetimeMs }
      : { Schema: ANNOUNCE_SCHEMA, Error: { Code: result.refusal, Message: REFUSAL_TEXTS[result.refusal] } },
  )
  return `${JSON.stringify({ ProvideResults })}\n`
}

/** What became of each announcement of a request, in its order. Throws `protocol-violation`. */
export function parseResults(text: string): (Refusal | 'accepted' | 'other')[] {
  const body = parseJson(text)
  const results: unknown = isRecord(body) ? body['ProvideResults'] : undefined
  if (!Array.isArray(results) || results.length > MAX_BATCH) throw bad('ProvideResults is not a list')
  return (results as unknown[]).map((result) => {
    const error = isRecord(result) ? result['Error'] : undefined
    if (error === undefined) return isRecord(result) ? 'accepted' : 'other'
    const code = isRecord(error) ? error['Code'] : undefined
    return typeof code === 'string' && Object.hasOwn(REFUSAL_STATUS, code) ? (code as Refusal) : 'other'
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ShoalError('protocol-violation', 'not JSON', { cause })
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function bad(why: string): ShoalError {
  return new ShoalError('protocol-violation', why)
}
