import { describe, expect, it } from 'vitest'
import { fakeNetwork } from '../../testing/fake-people.ts'
import { choiceOf, reachChoices } from './reach.ts'

describe('who may reach the servers', () => {
  const network = fakeNetwork('Hana')

  it('is this laptop, the network, or those of one address; loopback and link-local are no choices', () => {
    const interfaces = [
      { name: 'lo', addresses: ['127.0.0.1'], excluded: false, kind: 'loopback' as const },
      {
        name: 'eth0',
        addresses: ['fe80::1', '169.254.1.1', '10.0.0.7'],
        excluded: false,
        kind: 'ethernet' as const,
      },
    ]
    const choices = reachChoices({ ...network, interfaces }, { is: 'this-laptop' })
    expect(choices.map(({ value }) => value)).toEqual(['this-laptop', 'network', 'address 10.0.0.7'])
    expect(choices[2]).toMatchObject({ interfaceName: 'eth0', reach: { is: 'address', host: '10.0.0.7' } })
  })

  it('shows what is set even when its interface has gone', () => {
    const choices = reachChoices(network, { is: 'address', host: '10.9.9.9' })
    expect(choices.at(-1)).toEqual(choiceOf({ is: 'address', host: '10.9.9.9' }))
    expect(choices.filter(({ value }) => value === 'address 10.9.9.9')).toHaveLength(1)
  })
})
