import { createHash } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Clock } from '../../../base/index.ts'
import { makeSelfSigned } from '../../../transport/self-signed.ts'

/** Nobody checks it. Days. */
const CERTIFICATE_DAYS = 365

/** A key and a certificate made for one run of the app. Nobody vouches for them but a fingerprint told beforehand. */
export interface TlsIdentity {
  readonly key: string
  readonly cert: string
  /** Made once: parsing keys for every lane that is dialled costs more than the handshake. */
  readonly context: SecureContext
  /** SHA-256 of the certificate (DER). */
  readonly fingerprint: Uint8Array
}

/** Makes a key and a certificate. Takes a few milliseconds. */
export async function createTlsIdentity(clock: Clock): Promise<TlsIdentity> {
  const { key, cert, der } = await makeSelfSigned({ name: 'shoal', days: CERTIFICATE_DAYS, clock })
  return {
    key,
    cert,
    context: createSecureContext({ key, cert, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' }),
    fingerprint: certificateFingerprint(der),
  }
}

export function certificateFingerprint(der: Uint8Array): Uint8Array {
  return createHash('sha256').update(der).digest()
}
