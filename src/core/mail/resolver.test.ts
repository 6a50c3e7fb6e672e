import { expect, it } from 'vitest'
import type { Lookup, MailResolver, MxRecord } from '../../client-server/mail/queue/index.ts'
import { patientResolver } from './resolver.ts'

function resolver(answer: Lookup<MxRecord>): MailResolver {
  return patientResolver({
    resolveMx: async () => answer,
    resolveSrv: async () => ({ is: 'none' }),
    resolveAddress: async () => ({ is: 'none' }),
  })
}

it('mail for a laptop that is not here waits', async () => {
  for (const is of ['none', 'no-such-name'] as const)
    await expect(resolver({ is }).resolveMx('bob.shoal.internal')).rejects.toMatchObject({
      code: 'name-not-found',
    })
})

it('what is known, and other domains, are as the name servers say', async () => {
  const found = { is: 'found', records: [{ preference: 1, exchange: 'mail.bob.shoal.internal' }] } as const
  expect(await resolver(found).resolveMx('bob.shoal.internal')).toEqual(found)
  expect(await resolver({ is: 'no-such-name' }).resolveMx('example.com')).toEqual({ is: 'no-such-name' })
})
