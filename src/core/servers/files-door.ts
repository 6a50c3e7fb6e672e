import { Emitter, errorMessage, Turns, type Logger } from '../../base/index.ts'
import type { NetworkInterface } from '../../peer-to-peer/node/index.ts'
import { hostsOf, originsOf } from './hosts.ts'
import type { HttpHouse, HttpLease } from './http-house.ts'
import { listenFrom } from './ports.ts'
import type { HttpMount, RequestHandler } from './role.ts'

interface FilesDoorsInit {
  readonly house: HttpHouse
  readonly handler: RequestHandler
  readonly interfaces: () => readonly NetworkInterface[]
  /** Multiaddresses of `--listen`. */
  readonly listen: readonly string[] | undefined
  readonly log: Logger
}

interface OpenDoor {
  lease: HttpLease
}

/**
 * Ways in for whoever is given a link: files alone, on every interface this laptop listens on, for as long as somebody
 * shares that way. Independent of the server roles, which a person switches.
 */
export class FilesDoors {
  readonly events = new Emitter<{ changed: void }>()
  readonly #init: FilesDoorsInit
  readonly #open = new Set<OpenDoor>()
  readonly #turns = new Turns()

  constructor(init: FilesDoorsInit) {
    this.#init = init
  }

  /** Where files are reached from, best first. */
  origins(): string[] {
    const { interfaces } = this.#init
    return [...this.#open].flatMap(({ lease }) => originsOf(lease.hosts, lease.port, interfaces()))
  }

  /** Opens one at `port` (0: any); returns where it leads and how to close it. Throws `port-taken`. */
  open(port: number): Promise<{ origins: () => string[]; close: () => Promise<void> }> {
    return this.#turns.next(async () => {
      const door: OpenDoor = { lease: await this.#listen(port) }
      this.#open.add(door)
      this.#changed()
      const origins = (): string[] => originsOf(door.lease.hosts, door.lease.port, this.#init.interfaces())
      return { origins, close: () => this.#close(door) }
    })
  }

  /** Follows the network, at the port each has. */
  addressesChanged(): Promise<void> {
    const { house, log } = this.#init
    return this.#turns
      .next(async () => {
        for (const door of this.#open) {
          const before = door.lease
          if (this.#hosts().join() === before.hosts.join()) continue
          door.lease = await house.open(this.#hosts(), before.port, this.#mounts(), 'leave-out')
          await before.close()
        }
        this.#changed()
      })
      .catch((error: unknown) => {
        log.warn('files could not follow the network', { why: errorMessage(error) })
      })
  }

  async close(): Promise<void> {
    for (const door of [...this.#open]) await this.#close(door)
    this.events.clear()
  }

  #close(door: OpenDoor): Promise<void> {
    return this.#turns.next(async () => {
      if (!this.#open.delete(door)) return
      this.#changed()
      await door.lease.close()
    })
  }

  #listen(port: number): Promise<HttpLease> {
    const { house } = this.#init
    return listenFrom('http', port, (candidate) => house.open(this.#hosts(), candidate, this.#mounts()))
  }

  #mounts(): HttpMount[] {
    return [{ prefix: '/', handler: this.#init.handler }]
  }

  #hosts(): string[] {
    return hostsOf({ is: 'network' }, this.#init.interfaces(), this.#init.listen)
  }

  #changed(): void {
    this.events.emit('changed', undefined)
  }
}
