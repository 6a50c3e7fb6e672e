import type { DnsListener } from '../../client-server/dns/listener/index.ts'
import type { NameSystem } from '../names/index.ts'
import type { ServerRole } from './role.ts'

/** The DNS server: the resolver, open to this machine or its network, over the tree of names on this machine. */
export function dnsRole(names: NameSystem): ServerRole {
  const close = async (listeners: readonly DnsListener[]): Promise<void> => {
    for (const listener of listeners) await names.closeListener(listener)
  }
  const open = async (hosts: readonly string[], wanted: number): Promise<DnsListener[]> => {
    const listeners: DnsListener[] = []
    try {
      for (const host of hosts) listeners.push(await names.listen(host, listeners[0]?.port ?? wanted))
      return listeners
    } catch (error) {
      await close(listeners)
      throw error
    }
  }
  return {
    name: 'dns',
    async start({ hosts, listen }) {
      await names.start()
      const listeners = await listen('dns', (port) => open(hosts, port))
      return {
        ports: { dns: listeners[0]!.port },
        get tree() {
          const servers = names.tree?.servers ?? []
          return servers.map(({ zone, address, port }) => ({ zone: zone.toString(), address, port }))
        },
        stop: () => close(listeners),
      }
    },
  }
}
