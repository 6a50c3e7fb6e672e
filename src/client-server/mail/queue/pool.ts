import { errorMessage, ShoalError, type Clock } from '../../../base/index.ts'
import type { SmtpClient } from '../smtp/client/client.ts'
import { KEEP_CONNECTION_MS, MAX_MESSAGES_PER_CONNECTION } from './limits.ts'
import type { Hop } from './route.ts'

export type Connect = (hop: Hop, signal: AbortSignal) => Promise<SmtpClient>

interface Idle {
  readonly client: SmtpClient
  readonly cancel: () => void
}

/** Connections that are kept for the next message to the same server: a greeting costs more than a message. */
export class ConnectionPool {
  readonly #connect: Connect
  readonly #clock: Clock
  readonly #idle = new Map<string, Idle[]>()

  constructor(connect: Connect, clock: Clock) {
    this.#connect = connect
    this.#clock = clock
  }

  /** A connection to the first server that answers. Rejects with `server-unreachable`, telling what each one's trouble was. */
  async take(hops: readonly Hop[], signal: AbortSignal): Promise<{ client: SmtpClient; isReused: boolean }> {
    const troubles: string[] = []
    for (const hop of hops) {
      const idle = this.#takeIdle(hop)
      if (idle) return { client: idle, isReused: true }
      try {
        return { client: await this.#connect(hop, signal), isReused: false }
      } catch (error) {
        signal.throwIfAborted()
        troubles.push(`${hop.host} (${hop.address}:${hop.port}): ${errorMessage(error)}`)
      }
    }
    throw new ShoalError('server-unreachable', troubles.join('; '))
  }

  /** Gives a connection back. */
  give(client: SmtpClient): void {
    if (!client.isUsable) return client.close()
    if (client.sent >= MAX_MESSAGES_PER_CONNECTION) return void client.quit()
    const key = keyOf(client.target)
    const cancel = this.#clock.after(KEEP_CONNECTION_MS, () => {
      this.#forget(key, client)
      void client.quit()
    })
    this.#idle.set(key, [...(this.#idle.get(key) ?? []), { client, cancel }])
    return undefined
  }

  async close(): Promise<void> {
    const all = [...this.#idle.values()].flat()
    this.#idle.clear()
    await Promise.all(
      all.map(({ client, cancel }) => {
        cancel()
        return client.quit()
      }),
    )
  }

  #takeIdle(hop: Hop): SmtpClient | undefined {
    const key = keyOf(hop)
    for (let idle = this.#idle.get(key)?.at(-1); idle; idle = this.#idle.get(key)?.at(-1)) {
      this.#forget(key, idle.client)
      idle.cancel()
      if (idle.client.isUsable) return idle.client
      idle.client.close()
    }
    return undefined
  }

  #forget(key: string, client: SmtpClient): void {
    const rest = (this.#idle.get(key) ?? []).filter((idle) => idle.client !== client)
    if (rest.length === 0) this.#idle.delete(key)
    else this.#idle.set(key, rest)
  }
}

function keyOf({ host, address, port }: Hop): string {
  return `${host} ${address} ${port}`
}
