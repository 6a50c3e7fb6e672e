import { ShoalError } from '../../base/index.ts'
import { SHOAL_INTERNAL } from '../../client-server/dns/tree/index.ts'
import { Name, question, TYPE, type Rdata } from '../../client-server/dns/wire/index.ts'
import type { Lookup, MailResolver } from '../../client-server/mail/queue/index.ts'
import type { NameSystem } from '../names/index.ts'

/** Finds the way of mail through the names this laptop knows. */
export function mailResolver(names: Pick<NameSystem, 'resolve'>): MailResolver {
  const look = async (text: string, type: number, signal?: AbortSignal): Promise<Lookup<Rdata>> => {
    const name = Name.tryParse(text)
    if (!name) return { is: 'no-such-name' }
    const { outcome } = await names.resolve(question(name, type), { signal })
    switch (outcome.is) {
      case 'records':
        return { is: 'found', records: outcome.records.map(({ data }) => data) }
      case 'no-name':
        return { is: 'no-such-name' }
      case 'no-data':
        return { is: 'none' }
      case 'failed':
        throw new ShoalError('resolver-failed', `${text}: ${outcome.why}`)
    }
  }
  return {
    async resolveMx(domain, signal) {
      const found = await look(domain, TYPE.MX, signal)
      if (found.is !== 'found' && isLaptop(domain))
        throw new ShoalError('name-not-found', `no laptop called ${domain} takes mail now`)
      return mapped(found, (data) =>
        data.kind === 'MX' ? [{ preference: data.preference, exchange: plain(data.exchange) }] : [],
      )
    },
    async resolveSrv(service, signal) {
      const found = await look(service, TYPE.SRV, signal)
      return mapped(found, (data) => (data.kind === 'SRV' ? [{ ...data, target: plain(data.target) }] : []))
    },
    async resolveAddress(host, signal) {
      const both = await Promise.all([look(host, TYPE.A, signal), look(host, TYPE.AAAA, signal)])
      const addresses = both.map((found) =>
        mapped(found, (data) => (data.kind === 'A' || data.kind === 'AAAA' ? [data.address] : [])),
      )
      const records = addresses.flatMap((found) => (found.is === 'found' ? found.records : []))
      return records.length > 0 ? { is: 'found', records } : addresses[0]!
    },
  }
}

/** A laptop that is not here has no name, but it will be back: its mail waits for it. */
function isLaptop(domain: string): boolean {
  return Name.tryParse(domain)?.isWithin(SHOAL_INTERNAL) ?? false
}

function mapped<T>(found: Lookup<Rdata>, map: (data: Rdata) => T[]): Lookup<T> {
  if (found.is !== 'found') return found
  const records = found.records.flatMap(map)
  return records.length > 0 ? { is: 'found', records } : { is: 'none' }
}

function plain(name: Name): string {
  return name.toString().replace(/\.$/, '')
}
