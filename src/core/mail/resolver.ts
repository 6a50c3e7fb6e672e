import { ShoalError } from '../../base/index.ts'
import { SHOAL_INTERNAL } from '../../client-server/dns/tree/index.ts'
import { Name } from '../../client-server/dns/wire/index.ts'
import type { MailResolver } from '../../client-server/mail/queue/index.ts'

/**
 * A laptop that is asleep has no name or no mail server, but it will be back: mail for it waits, where a name server would have said that
 * there is no such domain.
 */
export function patientResolver(resolver: MailResolver): MailResolver {
  return {
    ...resolver,
    async resolveMx(domain, signal) {
      const found = await resolver.resolveMx(domain, signal)
      if (found.is !== 'found' && isLaptop(domain))
        throw new ShoalError('name-not-found', `no laptop called ${domain} takes mail now`)
      return found
    },
  }
}

function isLaptop(domain: string): boolean {
  return Name.tryParse(domain)?.isWithin(SHOAL_INTERNAL) ?? false
}
