import type { CommonConnectionOptions, SecureContextOptions, TLSSocket } from 'node:tls'
import { equalBytesConstantTime } from '../../../base/index.ts'
import { certificateFingerprint, type TlsIdentity } from './tls-identity.ts'

/** What both ends of a lane use. Trust comes from the fingerprints alone, hence no authorities. */
export function tlsOptions(identity: TlsIdentity): SecureContextOptions & CommonConnectionOptions {
  return {
    secureContext: identity.context,
    key: identity.key,
    cert: identity.cert,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    requestCert: true,
    rejectUnauthorized: false,
  }
}

/** True when the other end holds the key of exactly the certificate that was announced. Never for a resumed session. */
export function hasFingerprint(socket: TLSSocket, expected: Uint8Array): boolean {
  if (socket.isSessionReused()) return false
  const raw = socket.getPeerX509Certificate()?.raw
  return raw !== undefined && equalBytesConstantTime(certificateFingerprint(raw), expected)
}
