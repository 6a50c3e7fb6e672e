import { X509Certificate } from 'node:crypto'
import type { Clock, Random } from '../../../base/index.ts'
import { readFileIfThere, writeFileAtomic } from '../../../store/small-file.ts'
import { makeSelfSigned } from '../../../transport/self-signed.ts'
import type { TlsIdentity } from '../types.ts'
import { CERTIFICATE_DAYS, RENEW_BEFORE_DAYS } from './limits.ts'

export interface TlsIdentityInit {
  /** Where key and certificate are kept, PEM one after the other, for the owner alone. */
  readonly path: string
  /** What the mail servers are called. */
  readonly host: string
  readonly clock: Clock
  readonly random: Random
}

const DAY_MS = 86_400_000

/** The key and self-signed certificate of this installation; made at the first call, again for another name or when it ends soon. */
export async function loadTlsIdentity(init: TlsIdentityInit): Promise<TlsIdentity> {
  const known = split((await readFileIfThere(init.path)) ?? '')
  if (known && isFit(known, init)) return known
  const made = await makeIdentity(init)
  await writeFileAtomic(init.path, made.key + made.cert)
  return made
}

function isFit({ key, cert }: TlsIdentity, { host, clock }: TlsIdentityInit): boolean {
  try {
    const certificate = new X509Certificate(cert)
    const left = Date.parse(certificate.validTo) - clock.wallNow()
    return key !== '' && left > RENEW_BEFORE_DAYS * DAY_MS && certificate.checkHost(host) !== undefined
  } catch {
    return false
  }
}

async function makeIdentity({ host, clock, random }: TlsIdentityInit): Promise<TlsIdentity> {
  const { key, cert } = await makeSelfSigned({
    name: host,
    alternativeNames: [
      { type: 'dns', value: host },
      { type: 'dns', value: 'localhost' },
      { type: 'ip', value: '127.0.0.1' },
      { type: 'ip', value: '::1' },
    ],
    days: CERTIFICATE_DAYS,
    clock,
    random,
  })
  return { key, cert }
}

function split(text: string): TlsIdentity | undefined {
  const [key, cert] = [
    /-----BEGIN PRIVATE KEY-----[^]+?-----END PRIVATE KEY-----\n/,
    /-----BEGIN CERTIFICATE-----[^]+/,
  ].map((part) => part.exec(text)?.[0])
  return key !== undefined && cert !== undefined ? { key, cert } : undefined
}
