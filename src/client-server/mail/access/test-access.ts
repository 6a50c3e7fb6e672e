/** For tests: accounts with known passwords, a certificate, and a client that speaks line by line. Not part of `index.ts`. */
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { connect as connectTls } from 'node:tls'
import { onTestFinished } from 'vitest'
import type { Account, Accounts, Dialogue, Dialogues } from '../types.ts'

export const PASSWORD = 'correct horse'

export interface TestAccounts extends Accounts {
  /** How often a password was looked at. */
  readonly tries: readonly string[]
}

export function testAccounts(names: readonly string[] = ['bob', 'carol'], waitMs = 0): TestAccounts {
  const tries: string[] = []
  const accounts = names.map((name): Account => ({ name, address: `${name}@b.test`, createdAt: 0 }))
  const find = (login: string): Account | undefined => {
    const name = login.toLowerCase().replace(/@b\.test$/, '')
    return accounts.find((account) => account.name === name)
  }
  return {
    tries,
    list: () => accounts,
    find,
    isLocalDomain: (domain) => domain.toLowerCase() === 'b.test',
    verify: async (login, password, source) => {
      tries.push(source)
      if (waitMs > 0) return { is: 'wait', ms: waitMs }
      const account = find(login)
      return account && password === PASSWORD ? { is: 'account', account } : { is: 'refused' }
    },
  }
}

export interface TestDialogues extends Dialogues {
  readonly all: Dialogue[]
}

export function testDialogues(): TestDialogues {
  const all: Dialogue[] = []
  return {
    all,
    record: (dialogue) => void all.push(dialogue),
    of: (id) => all.filter(({ messageIds }) => messageIds.includes(id)),
  }
}

/** One connection, text of one character a byte. */
export class TestClient {
  #socket: Socket
  #text = ''
  #isOver = false
  #wake = (): void => {}

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#listen(socket)
  }

  static async connect(port: number): Promise<TestClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    const client = new TestClient(socket)
    onTestFinished(() => void client.#socket.destroy())
    return client
  }

  send(text: string): void {
    this.#socket.write(Buffer.from(text, 'latin1'))
  }

  /** Nothing more will be sent. */
  endWriting(): void {
    this.#socket.end()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** All up to and with what matches first. */
  async until(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.#text)
      if (found) {
        const end = found.index + found[0].length
        const text = this.#text.slice(0, end)
        this.#text = this.#text.slice(end)
        return text
      }
      if (this.#isOver) throw new Error(`the connection ended after ${JSON.stringify(this.#text)}`)
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  line(): Promise<string> {
    return this.until(/\r\n/).then((line) => line.slice(0, -2))
  }

  /** What comes until the server closes. */
  async rest(): Promise<string> {
    while (!this.#isOver) await new Promise<void>((resolve) => (this.#wake = resolve))
    return this.#text
  }

  async startTls(): Promise<void> {
    this.#socket.removeAllListeners()
    const socket = connectTls({ socket: this.#socket, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    this.#socket = socket
    this.#listen(socket)
  }

  #listen(socket: Socket): void {
    socket.on('data', (bytes: Buffer) => {
      this.#text += bytes.toString('latin1')
      this.#wake()
    })
    socket.on('error', () => {})
    for (const event of ['end', 'close'])
      socket.on(event, () => {
        this.#isOver = true
        this.#wake()
      })
  }
}
