/** For tests: whole mail servers on loopback that find each other, and a client that says what it is told. Not part of `index.ts`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { onTestFinished } from 'vitest'
import { silentLogger, systemClock, systemRandom } from '../../base/index.ts'
import { MailHouse } from './mail-house.ts'
import type { MailResolver } from './queue/index.ts'
import type { SmtpServer, SmtpServerInit } from './smtp/index.ts'
import type { TlsIdentity } from './types.ts'

/** Which port each host's mail server has now; the name service of a test. */
export class TestNames implements MailResolver {
  readonly ports = new Map<string, number>()

  async resolveMx(domain: string) {
    if (!domain.endsWith('.test')) return { is: 'no-such-name' } as const
    return { is: 'found', records: [{ preference: 10, exchange: `mail.${domain}` }] } as const
  }

  async resolveSrv(name: string) {
    const host = name.replace('_smtp._tcp.mail.', '')
    const port = this.ports.get(host)
    if (port === undefined) return { is: 'none' } as const
    return { is: 'found', records: [{ priority: 0, weight: 0, port, target: `mail.${host}` }] } as const
  }

  async resolveAddress() {
    return { is: 'found', records: ['127.0.0.1'] } as const
  }
}

/** Patience of a tenth of the laboratory's, so that tests need none. */
export const QUICK = { firstRetryMs: 40, longestRetryMs: 160, warnAfterMs: 600_000, expireAfterMs: 1_200_000 }

export interface TestHouse {
  readonly house: MailHouse
  readonly server: SmtpServer
  readonly folder: string
  /** Password of the account, which is called as it was asked for. */
  readonly passwords: ReadonlyMap<string, string>
  stop(): Promise<void>
}

export async function openTestHouse(options: {
  host: string
  names?: TestNames
  accounts?: readonly string[]
  profile?: typeof QUICK
  server?: Partial<SmtpServerInit>
  withTls?: boolean
  quotaBytes?: number
  folder?: string
}): Promise<TestHouse> {
  const { host, names = new TestNames(), accounts = [], profile = QUICK, quotaBytes } = options
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'shoal-post-'))
  const components = { clock: systemClock, random: systemRandom, log: silentLogger }
  const house = await MailHouse.open(components, {
    folder,
    hostName: () => host,
    resolver: names,
    profile,
    quotaBytes,
  })
  const passwords = new Map<string, string>()
  for (const name of accounts) passwords.set(name, (await house.accounts.add(name)).password)
  const tls: TlsIdentity | undefined = options.withTls ? await house.tls() : undefined
  const server = house.smtpServer({ hosts: ['127.0.0.1'], port: 0, tls, ...options.server })
  await server.start()
  await house.start()
  names.ports.set(host, server.port)
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= server.stop().then(() => house.stop()))
  onTestFinished(async () => {
    await stop()
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
  })
  return { house, server, folder, passwords, stop }
}

/** Speaks raw SMTP: what it says is up to the test. */
export class RawClient {
  #socket: Socket
  #text = ''
  #wake: () => void = () => {}
  isClosed = false

  constructor(port: number) {
    this.#socket = connect({ host: '127.0.0.1', port })
    this.#attach()
    onTestFinished(() => void this.#socket.destroy())
  }

  write(text: string | Uint8Array): void {
    this.#socket.write(text)
  }

  /** Says one line and gives the whole reply. */
  async say(line: string): Promise<string> {
    this.write(`${line}\r\n`)
    return this.reply()
  }

  /** The next reply, lines joined by LF; what is left when the server closed. */
  async reply(): Promise<string> {
    for (;;) {
      const match = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(this.#text)
      if (match) {
        this.#text = this.#text.slice(match[0].length)
        return match[0].trimEnd().replaceAll('\r\n', '\n')
      }
      if (this.isClosed) return this.#text
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  async closed(): Promise<void> {
    while (!this.isClosed) await new Promise<void>((resolve) => (this.#wake = resolve))
  }

  async startTls(): Promise<void> {
    const plain = this.#socket
    plain.removeAllListeners('data')
    await new Promise<void>((resolve, reject) => {
      this.#socket = connectTls({ socket: plain, rejectUnauthorized: false }, resolve)
      this.#socket.once('close', () => {
        this.isClosed = true
      })
      this.#socket.once('error', reject)
      this.#socket.once('close', () => reject(new Error('closed')))
    })
    this.#attach()
  }

  end(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #attach(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1')
      this.#wake()
    })
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => {
      this.isClosed = true
      this.#wake()
    })
  }
}

/** What lies in an account's inbox, as text. */
export function inboxOf({ house }: TestHouse, account: string): string[] {
  const inbox = house.mailboxes.mailbox(account)?.inbox
  return [...(inbox?.entries.values() ?? [])].flatMap((entry) => {
    const content = inbox?.whole(entry)
    return content ? [Buffer.concat([content.head, content.body]).toString()] : []
  })
}
