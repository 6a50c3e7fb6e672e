import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, connect } from 'node:tls'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemRandom, VirtualClock } from '../../../base/index.ts'
import { loadTlsIdentity } from './identity.ts'
import { CERTIFICATE_DAYS } from './limits.ts'

function init(host = 'alpha.shoal.internal') {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-tls-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return { path: join(folder, 'tls.pem'), host, clock: new VirtualClock(0, Date.now()), random: systemRandom }
}

describe('the certificate of an installation', () => {
  it('is made once, for its owner alone, and names the server', async () => {
    const given = init()
    const made = await loadTlsIdentity(given)
    expect(await loadTlsIdentity(given)).toEqual(made)
    expect(statSync(given.path).mode & 0o777).toBe(0o600)
    const certificate = new X509Certificate(made.cert)
    expect(certificate.checkHost('alpha.shoal.internal')).toBeDefined()
    expect(certificate.checkHost('localhost')).toBeDefined()
    expect(certificate.checkIP('127.0.0.1')).toBeDefined()
  })

  it('is of no other installation', async () => {
    const [a, b] = [await loadTlsIdentity(init()), await loadTlsIdentity(init())]
    expect(a.key).not.toBe(b.key)
    expect(new X509Certificate(a.cert).serialNumber).not.toBe(new X509Certificate(b.cert).serialNumber)
  })

  it('is made anew for another name, when it ends soon, and when the file is damaged', async () => {
    const given = init()
    const first = await loadTlsIdentity(given)
    const renamed = await loadTlsIdentity({ ...given, host: 'beta.shoal.internal' })
    expect(renamed.cert).not.toBe(first.cert)
    given.clock.advance((CERTIFICATE_DAYS - 1) * 86_400_000)
    expect((await loadTlsIdentity({ ...given, host: 'beta.shoal.internal' })).cert).not.toBe(renamed.cert)
    writeFileSync(given.path, 'not a key')
    expect((await loadTlsIdentity(given)).key).toContain('PRIVATE KEY')
  })

  it('is good for TLS with a client that was given it', async () => {
    const { key, cert } = await loadTlsIdentity(init())
    const server = createServer({ key, cert }, (socket) => socket.end('hello')).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const client = connect({ host: '127.0.0.1', port, ca: cert })
    expect(String((await once(client, 'data'))[0])).toBe('hello')
  })
})
