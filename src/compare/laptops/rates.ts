import { ShoalError } from '../../base/index.ts'
import type { Medium, RacePoint } from '../../contract/index.ts'
import type { LinkKind } from '../../peer-to-peer/race/index.ts'
import type { Offer, RacerTold } from '../race/messages.ts'
import type { RemoteRacer } from './remote-racer.ts'
import type { LaptopCrew } from './laptop-crew.ts'

type Probed = Extract<RacerTold, { is: 'probed' }>

/** The least a rate may be, bits per second: what the formulas divide by. */
const LEAST = 1000

/**
 * Measures each laptop's rates, alone, down and up, then all of them at once, which shows what this laptop can send in all.
 * What one laptop gets alone is no more than this one sends, and what it sends no more than this one takes: as far as the
 * bounds of a race with this laptop as its source are concerned that is the same.
 */
export async function measureRates(
  crew: LaptopCrew,
  links: { self: LinkKind; medium: Medium | undefined },
  signal: AbortSignal,
): Promise<RacePoint['rates']> {
  const { guests } = crew
  const alone: Probed[] = []
  for (const guest of guests) alone.push(...(await probe(crew, [guest], true, signal)))
  const together = guests.length > 1 ? await probe(crew, guests, false, signal) : []
  const all = together.reduce((sum, { down }) => sum + down, 0)
  const most = Math.max(...alone.map(({ down }) => down))
  const kinds = [links.self, ...guests.map(({ link }) => link)]
  const medium = links.medium ?? (kinds.includes('wifi') ? 'wifi' : 'switch')
  const sourceIsWired = links.self !== 'wifi'
  return {
    source: Math.max(all, most, LEAST),
    peers: alone.map(({ down, up }) => ({ down: Math.max(down, LEAST), up: Math.max(up ?? 0, LEAST) })),
    // From a wireless source every byte crosses the air twice: it carries twice what arrives.
    medium: medium === 'switch' ? null : Math.max(all, most, LEAST) * (sourceIsWired ? 1 : 2),
    sourceIsWired,
  }
}

/** The slowest uplink and downlink among them. */
export function slowestOf({ peers }: RacePoint['rates']): { up: number; down: number } {
  return { up: Math.min(...peers.map(({ up }) => up)), down: Math.min(...peers.map(({ down }) => down)) }
}

async function probe(
  crew: LaptopCrew,
  guests: readonly RemoteRacer[],
  up: boolean,
  signal: AbortSignal,
): Promise<Probed[]> {
  const { source } = crew
  const offered = source.next('prepared', { signal })
  source.order({ do: 'prepare', role: { is: 'meter', host: crew.host, up } })
  const { offer } = await offered
  if (offer?.is !== 'meter') throw new ShoalError('internal', 'no rates can be measured')
  try {
    await Promise.all(guests.map((guest) => prepare(guest, offer, signal)))
    const probed = guests.map((guest) => guest.next('probed', { signal }))
    for (const guest of guests) guest.order({ do: 'go' })
    return await Promise.all(probed)
  } finally {
    for (const racer of [...guests, source]) {
      const finished = racer.next('finished', { signal })
      racer.order({ do: 'finish' })
      await finished
    }
  }
}

async function prepare(guest: RemoteRacer, offer: Offer, signal: AbortSignal): Promise<void> {
  const prepared = guest.next('prepared', { signal })
  const role = { is: 'getter' as const, dir: '', offer, host: '0.0.0.0' as const, maxBytes: 0 }
  guest.order({ do: 'prepare', role })
  await prepared
}
