// Must come first: the certificate library's decorators need it.
import 'reflect-metadata'
import { createHash, webcrypto } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import { X509CertificateGenerator } from '@peculiar/x509'
import type { Clock } from '../../../base/index.ts'

/** A key and a certificate made for one run of the app. Nobody vouches for them but a fingerprint told beforehand. */
export interface TlsIdentity {
  readonly key: string
  readonly cert: string
  /** Made once: parsing keys for every lane that is dialled costs more than the handshake. */
  readonly context: SecureContext
  /** SHA-256 of the certificate (DER). */
  readonly fingerprint: Uint8Array
}

// Not Ed25519: BoringSSL, which Electron's Node is built with, does not accept it in TLS by default.
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const DAY_MS = 86_400_000

/** Makes an ECDSA P-256 key and a certificate signed by itself. Takes a few milliseconds. */
export async function createTlsIdentity(clock: Clock): Promise<TlsIdentity> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const now = clock.wallNow()
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: '01',
      name: 'CN=shoal',
      // Nobody checks the dates; laptops' clocks differ.
      notBefore: new Date(now - DAY_MS),
      notAfter: new Date(now + 365 * DAY_MS),
      signingAlgorithm: ALGORITHM,
      keys,
    },
    webcrypto,
  )
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const key = `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`
  const cert = certificate.toString('pem')
  return {
    key,
    cert,
    context: createSecureContext({ key, cert, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' }),
    fingerprint: certificateFingerprint(new Uint8Array(certificate.rawData)),
  }
}

export function certificateFingerprint(der: Uint8Array): Uint8Array {
  return createHash('sha256').update(der).digest()
}
