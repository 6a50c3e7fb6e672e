// Must come first: the certificate library's decorators need it.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import {
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type JsonGeneralNames,
} from '@peculiar/x509'
import { systemRandom, toHex, type Clock, type Random } from '../base/index.ts'

export interface SelfSignedInit {
  /** Common name of subject and issuer. */
  readonly name: string
  /** Names and addresses it holds for (RFC 5280 §4.2.1.6). */
  readonly alternativeNames?: JsonGeneralNames
  /** Days it holds from now on. */
  readonly days: number
  readonly clock: Clock
  readonly random?: Random | undefined
}

/** A key and a certificate nobody vouches for but itself. */
export interface SelfSigned {
  /** PKCS #8, PEM. */
  readonly key: string
  /** PEM. */
  readonly cert: string
  /** The certificate, DER. */
  readonly der: Uint8Array
}

// Not Ed25519: mail programs do not all accept it, and in TLS neither does BoringSSL, which Electron's Node is built with.
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const DAY_MS = 86_400_000

/** Makes an ECDSA P-256 key and a certificate signed by itself. Takes a few milliseconds. */
export async function makeSelfSigned(init: SelfSignedInit): Promise<SelfSigned> {
  const { name, alternativeNames, days, clock, random = systemRandom } = init
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const now = clock.wallNow()
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      // Programs that remember a certificate tell two of the same name apart by it; positive, so the first bit is 0.
      serialNumber: `4${toHex(random.bytes(16)).slice(1)}`,
      name: `CN=${name}`,
      // Laptops' clocks differ.
      notBefore: new Date(now - DAY_MS),
      notAfter: new Date(now + days * DAY_MS),
      signingAlgorithm: ALGORITHM,
      keys,
      ...(alternativeNames && { extensions: [new SubjectAlternativeNameExtension(alternativeNames)] }),
    },
    webcrypto,
  )
  return {
    key: pem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)),
    cert: `${certificate.toString('pem')}\n`,
    der: new Uint8Array(certificate.rawData),
  }
}

/** RFC 7468: base64 in lines of 64 characters. */
function pem(label: string, der: ArrayBuffer): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`
}
