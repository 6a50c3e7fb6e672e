import { implement } from '@orpc/server'
import { ShoalError } from '../../base/index.ts'
import { Name, parseType, question, TYPE } from '../../client-server/dns/wire/index.ts'
import { contract } from '../../contract/index.ts'
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
export function namesRouter(core: { readonly names: NameSystem }) {
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
