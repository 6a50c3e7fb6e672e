import type { ServersView } from '../../../../src/contract/index.ts'
import { useFollowed, type Watch } from '../../core/use-followed.ts'

/** What the servers of this laptop are doing, kept current while somebody looks. */
export function useServers(): ServersView | undefined {
  return useFollowed(watchServers)
}

const watchServers: Watch<ServersView> = (client, signal) => client.servers.watch(undefined, { signal })
