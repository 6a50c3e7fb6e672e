import type { Wire } from '../access/wire.ts'
import type { Output } from './output.ts'
import { bad, ok, type Outcome } from './responses.ts'
import type { Selected } from './selected.ts'

/** IDLE (RFC 2177): news is told as it comes, until the client says DONE. */
export class Idle {
  readonly #wire: Wire
  readonly #output: Output
  #selected: Selected | undefined
  #state: 'off' | 'waiting' | 'telling' = 'off'

  constructor(wire: Wire, output: Output) {
    this.#wire = wire
    this.#output = output
  }

  /** Something happened: tell it, if anybody waits. What happens in one turn is told together. */
  wake(): void {
    if (this.#state !== 'waiting') return
    this.#state = 'telling'
    setImmediate(() => void this.#tell())
  }

  async run(selected: Selected | undefined): Promise<Outcome> {
    this.#selected = selected
    this.#output.line('+ idling')
    await this.#output.flush()
    this.#state = 'waiting'
    // What happened since the last command.
    this.wake()
    try {
      const line = await this.#wire.readLine(64)
      return line?.toUpperCase() === 'DONE' ? ok('idled') : bad('DONE was expected')
    } finally {
      this.#state = 'off'
    }
  }

  async #tell(): Promise<void> {
    if (this.#state !== 'telling') return
    this.#state = 'waiting'
    const lines = this.#selected?.news(true) ?? []
    for (const line of lines) this.#output.line(`* ${line}`)
    // A connection that is gone ends the session by its reader.
    await this.#output.flush().catch(() => {})
  }
}
