import { createSecureContext, type SecureContext } from 'node:tls'
import type { TlsIdentity } from '../types.ts'

export function secureContextOf({ key, cert }: TlsIdentity): SecureContext {
  return createSecureContext({ key, cert, minVersion: 'TLSv1.2' })
}
