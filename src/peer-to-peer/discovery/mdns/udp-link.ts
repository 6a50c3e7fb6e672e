import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIP } from 'node:net'
import { platform } from 'node:os'
import { raceSignal, withDeadline } from '../../../base/index.ts'
import { BIND_TIMEOUT_MS, GOODBYE_TIMEOUT_MS, MDNS_GROUP_4, MDNS_GROUP_6, MDNS_PORT } from './limits.ts'
import type { MulticastLink, OpenLink, OpenLinkOptions } from './multicast-link.ts'

/**
 * Multicast over UDP: one socket per interface and IP version, joined to the group on that interface alone and sending
 * there alone. Systems deliver what arrives on any interface to every socket of a group, so the sender's address decides
 * whether a packet came over this one.
 * @param port 5353; another one in tests.
 */
export function udpLinks(port: number = MDNS_PORT): OpenLink {
  return async (options) => {
    const socket = createSocket({
      type: options.family === 4 ? 'udp4' : 'udp6',
      // Other responders of this machine (Avahi, Bonjour, a second core) use the same port.
      reuseAddr: true,
      ipv6Only: options.family === 6,
    })
    try {
      await withDeadline(BIND_TIMEOUT_MS, 'opening the mDNS socket', (signal) =>
        raceSignal(bind(socket, port), signal),
      )
      join(socket, options)
    } catch (error) {
      socket.on('error', () => {})
      closeQuietly(socket)
      throw error
    }
    return new UdpLink(socket, port, options)
  }
}

function bind(socket: Socket, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ port, exclusive: true }, () => {
      socket.removeListener('error', reject)
      resolve()
    })
  })
}

function join(socket: Socket, options: OpenLinkOptions): void {
  const { family, address } = options
  const here = family === 4 ? address : `::%${zoneOf(options)}`
  socket.addMembership(family === 4 ? MDNS_GROUP_4 : MDNS_GROUP_6, here)
  socket.setMulticastInterface(here)
  socket.setMulticastTTL(255)
  // Two cores on one machine hear each other through this.
  socket.setMulticastLoopback(true)
}

function zoneOf({ name, scopeId }: OpenLinkOptions): string {
  return platform() === 'win32' ? String(scopeId) : name
}

class UdpLink implements MulticastLink {
  readonly #socket: Socket
  readonly #port: number
  readonly #group: string
  readonly #options: OpenLinkOptions
  readonly #sending = new Set<Promise<void>>()
  #isClosed = false

  constructor(socket: Socket, port: number, options: OpenLinkOptions) {
    this.#socket = socket
    this.#port = port
    this.#options = options
    this.#group = options.family === 4 ? MDNS_GROUP_4 : `${MDNS_GROUP_6}%${zoneOf(options)}`
    socket.on('message', (packet, from) => this.#onMessage(packet, from))
    socket.on('error', (error) => this.#onError(error))
  }

  send(packet: Uint8Array): void {
    if (this.#isClosed) return
    const sent = new Promise<void>((resolve) => {
      // An unreachable network is what changes of network look like: the next packet will do.
      this.#socket.send(packet, this.#port, this.#group, () => resolve())
    })
    this.#sending.add(sent)
    void sent.then(() => this.#sending.delete(sent))
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    const sent = Promise.all(this.#sending)
    await withDeadline(GOODBYE_TIMEOUT_MS, 'saying goodbye', () => sent).catch(() => {})
    await new Promise<void>((resolve) => {
      this.#socket.once('close', resolve)
      closeQuietly(this.#socket)
    })
  }

  #onMessage(packet: Buffer, from: RemoteInfo): void {
    // RFC 6762 §6: answers from other ports are ignored; one-shot queries (§6.7) get none, lest we be an amplifier.
    if (this.#isClosed || from.port !== this.#port || !this.#isOnLink(from)) return
    this.#options.onPacket(packet, from.address.split('%')[0]!)
  }

  #isOnLink(from: RemoteInfo): boolean {
    const [address = '', zone] = from.address.split('%')
    if (zone !== undefined) return zone === zoneOf(this.#options)
    return this.#options.subnets.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }

  #onError(error: Error): void {
    if (this.#isClosed) return
    this.#isClosed = true
    closeQuietly(this.#socket)
    this.#options.onBroken(error)
  }
}

function closeQuietly(socket: Socket): void {
  try {
    socket.close()
  } catch {
    // Already closed.
  }
}
