import type { Ports, Reach, ServerRoleName, ServersView } from '../../../src/contract/index.ts'
import { Emitter } from '../../../src/base/events.ts'
import type { CoreClient } from '../core/client.ts'

const ROLES = ['files', 'tracker', 'dns', 'mail'] as const
const PORTS: Readonly<Record<ServerRoleName, Ports>> = {
  files: { http: 8420 },
  tracker: { http: 8420 },
  dns: { dns: 5300 },
  mail: { smtp: 2525, pop3: 1110, imap: 1143 },
}

/** Servers that exist only in this page: they switch on and off, and say where they would be. */
export class FakeServers {
  readonly client: CoreClient['servers']
  readonly #events = new Emitter<{ changed: void }>()
  readonly #on: Set<ServerRoleName>
  #reach: Reach

  constructor(on: readonly ServerRoleName[]) {
    this.#on = new Set(on)
    this.#reach = on.length > 0 ? { is: 'network' } : { is: 'this-laptop' }
    this.client = {
      watch: async (_input, options) => this.#watch(options?.signal) as never,
      start: async ({ roles = ROLES, reach }) => {
        for (const name of roles) this.#on.add(name)
        if (reach) this.#reach = reach
        return this.#changed()
      },
      setReach: async ({ reach }) => {
        this.#reach = reach
        return this.#changed()
      },
      stop: async ({ roles = ROLES }) => {
        for (const name of roles) this.#on.delete(name)
        return this.#changed()
      },
      door: async (_input, options) => this.#door(options?.signal) as never,
      addressOf: async ({ cid }) => {
        const origin =
          this.#on.has('files') && this.#reach.is !== 'this-laptop' ? this.#view().origins[0] : undefined
        return origin === undefined ? null : { page: `${origin}/s/${cid}/`, spoken: `${origin}/kamuto` }
      },
    }
  }

  #view(): ServersView {
    const host = this.#reach.is === 'this-laptop' ? '127.0.0.1' : '192.168.0.14'
    const ports = Object.assign({}, ...[...this.#on].map((name) => PORTS[name])) as Ports
    const roles = ROLES.map((name) => {
      return { name, state: { is: this.#on.has(name) ? ('on' as const) : ('off' as const) } }
    })
    const origins = ports.http === undefined ? [] : [`http://${host}:${ports.http}`]
    return { roles, reach: this.#reach, hosts: this.#on.size > 0 ? [host] : [], ports, origins, tree: [] }
  }

  #changed(): ServersView {
    this.#events.emit('changed', undefined)
    return this.#view()
  }

  async *#watch(signal: AbortSignal | undefined): AsyncGenerator<ServersView> {
    while (!signal?.aborted) {
      yield this.#view()
      await this.#next(signal)
    }
  }

  async *#door(signal: AbortSignal | undefined): AsyncGenerator<{ origins: string[] }> {
    yield { origins: ['http://192.168.0.14:8420'] }
    while (!signal?.aborted) await this.#next(signal)
  }

  #next(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#events.on('changed', () => (stop(), resolve()))
      signal?.addEventListener('abort', () => (stop(), resolve()), { once: true })
    })
  }
}
