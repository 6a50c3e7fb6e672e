import type { Network, Reach } from '../../../../src/contract/index.ts'

/** A choice of who reaches the servers, as a list of options has it. */
export interface ReachChoice {
  readonly value: string
  readonly reach: Reach
  /** Of an address: the interface it belongs to, if it is one of those. */
  readonly interfaceName?: string
}

/** Everything a person may choose now, and what is set even if its interface has gone. */
export function reachChoices(network: Network, current: Reach): ReachChoice[] {
  const choices: ReachChoice[] = [choiceOf({ is: 'this-laptop' }), choiceOf({ is: 'network' })]
  for (const { name, addresses, kind } of network.interfaces) {
    if (kind === 'loopback') continue
    for (const host of addresses) {
      // Nobody types a link-local address with its zone.
      if (/^fe[89ab][0-9a-f]:/i.test(host) || host.startsWith('169.254.')) continue
      choices.push({ ...choiceOf({ is: 'address', host }), interfaceName: name })
    }
  }
  const set = choiceOf(current)
  return choices.some(({ value }) => value === set.value) ? choices : [...choices, set]
}

export function choiceOf(reach: Reach): ReachChoice {
  return { value: reach.is === 'address' ? `address ${reach.host}` : reach.is, reach }
}
