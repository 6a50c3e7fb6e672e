import { implement } from '@orpc/server'
import { ShoalError } from '../../base/index.ts'
import { question, type Name } from '../../client-server/dns/wire/index.ts'
import { contract, type PeerLookup } from '../../contract/index.ts'
import type { NameDirectory } from '../../peer-to-peer/names/index.ts'
import {
  cacheLineView,
  fetchPage,
  namesView,
  parseOrigin,
  problemsOf,
  resolutionView,
  type NameSystem,
} from '../names/index.ts'
import { watchChanges } from '../view/watch-changes.ts'
import { laptopLabel, recordType, typedName } from './typed-names.ts'

/** The part of the contract about names through servers. */
export function namesRouter(core: {
  readonly names: NameSystem
  readonly peerNames?: NameDirectory | undefined
}) {
  const api = implement(contract).names
  const names = (): NameSystem => core.names
  return api.router({
    watch: api.watch.handler(({ signal }) => watchChanges(names().events, () => namesView(names()), signal)),
    resolve: api.resolve.handler(async ({ input, signal }) => {
      const asked = question(typedName(input.name), recordType(input.type))
      const resolution = await names().resolve(asked, { signal })
      return resolutionView(resolution, names().clock.wallNow(), names().listening[0])
    }),
    page: api.page.handler(({ input }) => fetchPage(names(), typedName(input.name))),
    amongPeers: api.amongPeers.handler(({ input, signal }) => {
      return findAmongPeers(core.peerNames, laptopLabel(typedName(input.name)), signal)
    }),
    cache: api.cache.handler(({ input }) => names().cacheLines(input.limit).map(cacheLineView)),
    clearCache: api.clearCache.handler(() => names().clearCache()),
    zone: api.zone.handler(async ({ input }) => ({
      text: await names().zoneText(originOf(input.origin)),
    })),
    checkZone: api.checkZone.handler(({ input }) => ({
      problems: problemsOf(originOf(input.origin), input.text),
    })),
    putZone: api.putZone.handler(({ input }) => names().putZone(originOf(input.origin), input.text)),
    removeZone: api.removeZone.handler(({ input }) => names().removeZone(originOf(input.origin))),
  })
}

async function findAmongPeers(
  directory: NameDirectory | undefined,
  label: string,
  signal: AbortSignal | undefined,
): Promise<PeerLookup> {
  if (!directory) throw new ShoalError('not-supported', 'this laptop takes no part in the DHT')
  const { record, steps, messages, ms } = await directory.find(label, { signal })
  return {
    label,
    record: record
      ? { owner: record.owner, addresses: [...record.addresses], expires: record.expires }
      : null,
    steps: steps.map((step) => ({
      peerId: step.peer,
      is: step.is,
      closer: step.closer,
      has: step.has,
      at: step.at,
    })),
    messages,
    ms,
  }
}

function originOf(text: string): Name {
  return parseOrigin(typedName(text).toString())
}
