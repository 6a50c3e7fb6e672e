import { connect, type Socket } from 'node:net'

/** What a program answers: the message's type, its number, an error, a result. */
type Answer = readonly [1, number, { readonly message: string } | null, { readonly value?: unknown }]

/** Milliseconds a script in the program may take. */
const SCRIPT_MS = 60_000

/** The remote control that Mozilla's programs carry: `<length>:<JSON>` over TCP, requests answered in order. */
export class Marionette {
  readonly #socket: Socket
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer[3]>>()
  #heard: Buffer = Buffer.alloc(0)
  #count = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => this.#hear(bytes))
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the program ended'))
    })
  }

  /** With the rights of the program itself: it must have been started with `--remote-allow-system-access`. */
  static async connect(port: number): Promise<Marionette> {
    const remote = new Marionette(connect(port, '127.0.0.1'))
    await remote.#ask('WebDriver:NewSession', { capabilities: {} })
    await remote.#ask('Marionette:SetContext', { value: 'chrome' })
    await remote.#ask('WebDriver:SetTimeouts', { script: SCRIPT_MS })
    return remote
  }

  /** Runs the body of an asynchronous function, whose arguments are called `args`; gives what it returns. */
  async run(body: string, ...args: unknown[]): Promise<unknown> {
    const script = `const done = arguments[arguments.length - 1]
      const args = [...arguments].slice(0, -1)
      ;(async () => { ${body} })().then((value) => done({ value: value ?? null }), (error) => done({ error: String(error) }))`
    const asked = { script, args, newSandbox: true, sandbox: 'system' }
    const { value } = await this.#ask('WebDriver:ExecuteAsyncScript', asked)
    const result = value as { value?: unknown; error?: string }
    if (result.error !== undefined) throw new Error(result.error)
    return result.value
  }

  /** The window as a PNG. */
  async picture(): Promise<Buffer> {
    const { value } = await this.#ask('WebDriver:TakeScreenshot', { full: false })
    return Buffer.from(value as string, 'base64')
  }

  close(): void {
    this.#socket.destroy()
  }

  #ask(name: string, parameters: object): Promise<Answer[3]> {
    const id = ++this.#count
    const text = JSON.stringify([0, id, name, parameters])
    this.#socket.write(`${Buffer.byteLength(text)}:${text}`)
    const answer = Promise.withResolvers<Answer[3]>()
    this.#waiting.set(id, answer)
    return answer.promise
  }

  #hear(bytes: Buffer): void {
    this.#heard = Buffer.concat([this.#heard, bytes])
    for (;;) {
      const colon = this.#heard.indexOf(':')
      const end = colon + 1 + Number(this.#heard.subarray(0, Math.max(0, colon)).toString())
      if (colon < 0 || this.#heard.length < end) return
      const message = JSON.parse(this.#heard.subarray(colon + 1, end).toString()) as Answer | object
      this.#heard = this.#heard.subarray(end)
      // The first thing said is a greeting.
      if (Array.isArray(message)) this.#take(message as unknown as Answer)
    }
  }

  #take([, id, error, result]: Answer): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error) waiting?.reject(new Error(error.message))
    else waiting?.resolve(result)
  }
}
