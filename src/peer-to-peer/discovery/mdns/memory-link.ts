import type { MulticastLink, OpenLink, OpenLinkOptions } from './multicast-link.ts'

/** A multicast group in memory: everyone who opened a link of the same name and family hears everyone, itself too. */
export class MemoryMulticast {
  readonly #members = new Set<OpenLinkOptions & { isOpen: boolean }>()
  /** Every packet sent, oldest first. */
  readonly sent: { from: string; packet: Uint8Array }[] = []

  readonly open: OpenLink = async (options) => {
    const member = { ...options, isOpen: true }
    this.#members.add(member)
    const link: MulticastLink = {
      send: (packet) => this.inject(options.name, packet, options.address, options.family),
      close: async () => {
        member.isOpen = false
        this.#members.delete(member)
      },
    }
    return link
  }

  get openLinks(): number {
    return this.#members.size
  }

  /** A packet as if `from` had sent it. */
  inject(name: string, packet: Uint8Array, from: string, family: 4 | 6 = 4): void {
    this.sent.push({ from, packet })
    for (const member of [...this.#members]) {
      if (member.isOpen && member.name === name && member.family === family) {
        member.onPacket(Uint8Array.from(packet), from)
      }
    }
  }

  /** The sockets of an interface break. */
  breakLinks(name: string): void {
    for (const member of [...this.#members]) {
      if (member.name !== name) continue
      this.#members.delete(member)
      member.isOpen = false
      member.onBroken(new Error('the interface is gone'))
    }
  }
}
