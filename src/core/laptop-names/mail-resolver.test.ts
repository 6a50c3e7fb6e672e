import { expect, test } from 'vitest'
import { Name, type ResourceRecord } from '../../client-server/dns/wire/index.ts'
import type { Outcome, Resolution } from '../../client-server/dns/resolver/index.ts'
import { parseZoneText } from '../../client-server/dns/zone/index.ts'
import { mailResolver } from './mail-resolver.ts'

const records = parseZoneText(
  `$TTL 60
b MX 10 mail.b
b MX 20 .
_smtp._tcp.mail.b SRV 0 0 2525 mail.b
mail.b A 192.0.2.1
mail.b AAAA 2001:db8::1
four A 192.0.2.4`,
  Name.root,
)

const none = { aliases: [], soa: undefined }

function outcomeOf(name: Name, type: number): Outcome {
  if (name.toString() === 'broken.') return { is: 'failed', aliases: [], why: 'no-server-answers' }
  const own = records.filter((record: ResourceRecord) => record.name.equals(name))
  const found = own.filter((record) => record.type === type)
  if (found.length > 0) return { is: 'records', aliases: [], records: found }
  return { is: own.length > 0 ? 'no-data' : 'no-name', ...none }
}

const resolver = mailResolver({
  resolve: async (asked) =>
    ({
      question: asked,
      outcome: outcomeOf(asked.name, asked.type),
      steps: [],
      cached: false,
      serial: 1,
      ms: 0,
    }) satisfies Resolution,
})

test('mail finds exchangers, ports and addresses in the tree of names', async () => {
  expect(await resolver.resolveMx('b')).toEqual({
    is: 'found',
    records: [
      { preference: 10, exchange: 'mail.b' },
      { preference: 20, exchange: '' },
    ],
  })
  expect(await resolver.resolveSrv('_smtp._tcp.mail.b')).toMatchObject({
    records: [{ port: 2525, target: 'mail.b' }],
  })
  expect(await resolver.resolveAddress('mail.b')).toEqual({
    is: 'found',
    records: ['192.0.2.1', '2001:db8::1'],
  })
  expect(await resolver.resolveAddress('four')).toEqual({ is: 'found', records: ['192.0.2.4'] })
})

test('mail is told apart what does not exist, what has none, and what may be known later', async () => {
  expect(await resolver.resolveMx('mail.b')).toEqual({ is: 'none' })
  expect(await resolver.resolveAddress('b')).toEqual({ is: 'none' })
  expect(await resolver.resolveMx('nobody')).toEqual({ is: 'no-such-name' })
  expect(await resolver.resolveMx('a..b')).toEqual({ is: 'no-such-name' })
  await expect(resolver.resolveMx('broken')).rejects.toMatchObject({ code: 'resolver-failed' })
})
