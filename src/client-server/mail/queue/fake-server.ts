/** For tests: an SMTP server that answers as it is told to. Not part of `index.ts`. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export type Answer = string | ((line: string) => string | undefined)

export interface FakeServer {
  readonly port: number
  /** Every line that came, the messages as one each. */
  readonly lines: string[]
  readonly connections: number
  /** Ends every connection without a word. */
  cut(): void
  close(): Promise<void>
}

/** `answers` by the first word of a command; `.` for a whole message. What is not named is answered as usual. An empty answer hangs up. */
export async function startFakeServer(answers: Record<string, Answer> = {}, port = 0): Promise<FakeServer> {
  const usual: Record<string, string> = {
    '': '220 fake ESMTP',
    EHLO: '250-fake\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 1000000',
    HELO: '250 fake',
    MAIL: '250 2.1.0 ok',
    RCPT: '250 2.1.5 ok',
    DATA: '354 go on',
    '.': '250 2.0.0 taken',
    RSET: '250 ok',
    QUIT: '221 bye',
  }
  const lines: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server: Server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let isData = false
    let pending = ''
    const answer = (word: string, line: string): void => {
      const given = answers[word] ?? usual[word] ?? '500 what'
      const text = typeof given === 'function' ? (given(line) ?? usual[word]!) : given
      if (text === '') socket.destroy()
      else socket.write(`${text}\r\n`)
      if (word === 'DATA' && text.startsWith('354')) isData = true
    }
    answer('', '')
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1')
      for (;;) {
        const mark = isData ? '\r\n.\r\n' : '\r\n'
        const end = pending.indexOf(mark)
        if (end < 0) return
        const line = pending.slice(0, end)
        pending = pending.slice(end + mark.length)
        lines.push(line)
        const word = isData ? '.' : line.split(' ')[0]!.toUpperCase()
        isData = false
        answer(word, line)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const cut = (): void => sockets.forEach((socket) => void socket.destroy())
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    cut()
    await closed
  }
  onTestFinished(() => close().catch(() => {}))
  return {
    port: (server.address() as AddressInfo).port,
    lines,
    get connections() {
      return connections
    },
    cut,
    close,
  }
}
