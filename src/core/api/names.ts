import { implement } from '@orpc/server'
import { ShoalError } from '../../base/index.ts'
import { SHOAL_INTERNAL } from '../../client-server/dns/tree/index.ts'
import { labelText, Name, parseType, question, TYPE } from '../../client-server/dns/wire/index.ts'
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
import { labelOf } from '../laptop-names/labels.ts'
import { watchChanges } from '../servers/watch-changes.ts'

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
    cache: api.cache.handler(({ input }) => names().cacheLines().slice(0, input.limit).map(cacheLineView)),
    clearCache: api.clearCache.handler(() => names().clearCache()),
    zone: api.zone.handler(async ({ input }) => ({
      text: await names().zoneText(parseOrigin(input.origin)),
    })),
    checkZone: api.checkZone.handler(({ input }) => ({
      problems: problemsOf(parseOrigin(input.origin), input.text),
    })),
    putZone: api.putZone.handler(({ input }) => names().putZone(parseOrigin(input.origin), input.text)),
    removeZone: api.removeZone.handler(({ input }) => names().removeZone(parseOrigin(input.origin))),
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

/** The laptop a name means: the DHT holds laptops' names alone. */
function laptopLabel(name: Name): string {
  const { labels } = name
  const isLaptop = labels.length === 1 || (labels.length === 3 && name.parent.equals(SHOAL_INTERNAL))
  const first = labels[0]
  if (!isLaptop || !first)
    throw new ShoalError(
      'bad-domain-name',
      `${name.toString()} is no laptop's name: those end in shoal.internal`,
    )
  return labelText(first).toLowerCase()
}

/** A name as people write it: what is not plain ASCII becomes what the laptop of that name is called in DNS (UTS-46). */
function typedName(text: string): Name {
  if (/^[\x21-\x7e]+$/.test(text)) return Name.parse(text)
  const labels = text.split('.').map((label) => (/^[\x21-\x7e]*$/.test(label) ? label : labelOf(label)))
  return Name.parse(labels.join('.'))
}

/** A type one can ask a resolver for. Throws `bad-usage`. */
function recordType(text: string): number {
  const type = parseType(text)
  const isMeta = type === 0 || type === TYPE.OPT || (type !== undefined && type >= 128 && type <= TYPE.ANY)
  if (type === undefined || isMeta)
    throw new ShoalError('bad-usage', `"${text}" is no type of record one can ask for`)
  return type
}
