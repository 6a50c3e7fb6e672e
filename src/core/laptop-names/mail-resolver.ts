import { ShoalError } from '../../base/index.ts'
import { Name, question, TYPE, type Rdata } from '../../client-server/dns/wire/index.ts'
import type { Lookup, MailResolver } from '../../client-server/mail/queue/index.ts'
import type { NameSystem } from '../names/index.ts'

/** How mail finds its way: by the embedded DNS. Rejects with `resolver-failed` for what may be known later. */
export function mailResolver(names: Pick<NameSystem, 'resolve'>): MailResolver {
  const find = async <T>(
    host: string,
    type: number,
    read: (data: Rdata) => T | undefined,
    signal?: AbortSignal,
  ): Promise<Lookup<T>> => {
    const name = Name.tryParse(host)
    if (!name) return { is: 'no-such-name' }
    const { outcome } = await names.resolve(question(name, type), { signal })
    switch (outcome.is) {
      case 'records':
        return { is: 'found', records: outcome.records.flatMap(({ data }) => read(data) ?? []) }
      case 'no-data':
        return { is: 'none' }
      case 'no-name':
        return { is: 'no-such-name' }
      case 'failed':
        throw new ShoalError('resolver-failed', `${host}: ${outcome.why}`)
    }
  }
  return {
    resolveMx: (domain, signal) =>
      find(
        domain,
        TYPE.MX,
        (data) =>
          data.kind === 'MX' ? { preference: data.preference, exchange: hostText(data.exchange) } : undefined,
        signal,
      ),
    resolveSrv: (name, signal) =>
      find(
        name,
        TYPE.SRV,
        (data) => (data.kind === 'SRV' ? { ...data, target: hostText(data.target) } : undefined),
        signal,
      ),
    async resolveAddress(host, signal) {
      const address = (data: Rdata): string | undefined =>
        data.kind === 'A' || data.kind === 'AAAA' ? data.address : undefined
      const [four, six] = await Promise.all([
        find(host, TYPE.A, address, signal),
        find(host, TYPE.AAAA, address, signal),
      ])
      if (four.is !== 'found') return six.is === 'found' ? six : four
      return six.is === 'found' ? { is: 'found', records: [...four.records, ...six.records] } : four
    },
  }
}

/** As mail writes it: without the dot at the end. */
function hostText(name: Name): string {
  return name.toString().replace(/\.$/, '')
}
