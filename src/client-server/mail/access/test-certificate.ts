/** For tests: a certificate signed by itself. Not part of `index.ts`. */
import { systemClock } from '../../../base/index.ts'
import { makeSelfSigned } from '../../../transport/self-signed.ts'
import type { TlsIdentity } from '../types.ts'

export async function testCertificate(): Promise<TlsIdentity> {
  const { key, cert } = await makeSelfSigned({ name: 'b.test', days: 1, clock: systemClock })
  return { key, cert }
}
