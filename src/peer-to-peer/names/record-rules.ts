import { equalBytes, RecentMap, isShoalError, ShoalError, systemClock, type Clock } from '../../base/index.ts'
import { CLOCK_SLACK_MS, LIFETIME_MS, MAX_HELD } from './limits.ts'
import { KEY_NAMESPACE, nameKey, openName, readName, type OwnedNameRecord } from './name-record.ts'

/** What the DHT asks before it keeps or believes a record, in its own form. */
export interface RecordRules {
  /** Holds our own record like anybody's. Throws `protocol-violation` when the name is another's. */
  keep(key: Uint8Array, value: Uint8Array): Promise<void>
  readonly validators: Readonly<
    Record<string, (key: Uint8Array, value: Uint8Array, options?: object) => Promise<void>>
  >
  readonly selectors: Readonly<Record<string, (key: Uint8Array, values: Uint8Array[]) => number>>
}

/**
 * Which name records are kept for others and which are believed. Nobody owns a name for good: whoever comes first holds it on each
 * laptop that keeps the record, for as long as it is renewed, and a look-up believes the owner most of them name.
 */
export function nameRecordRules(clock: Clock = systemClock, maxHeld = MAX_HELD): RecordRules {
  const held = new RecentMap<string, OwnedNameRecord>(maxHeld)
  const validate = async (key: Uint8Array, value: Uint8Array, options?: object): Promise<void> => {
    const record = await openName(value)
    const now = clock.wallNow()
    if (!equalBytes(key, nameKey(record.label))) throw refused('kept under another name')
    if (record.expires <= now) throw refused('expired')
    if (record.expires > now + LIFETIME_MS + CLOCK_SLACK_MS) throw refused('lives too long')
    // The library passes options when it reads and none when somebody wants us to keep the record.
    if (options === undefined) hold(held, record, now)
  }
  return {
    keep: (key, value) => validate(key, value),
    validators: { [KEY_NAMESPACE]: validate },
    selectors: { [KEY_NAMESPACE]: (_key, values) => mostBelieved(values) },
  }
}

function hold(held: RecentMap<string, OwnedNameRecord>, record: OwnedNameRecord, now: number): void {
  const known = held.get(record.label)
  if (known && known.expires > now) {
    if (known.owner !== record.owner) throw refused('the name is held by another')
    if (known.sequence > record.sequence) throw refused('older than what is known')
  }
  held.set(record.label, record)
}

/** The owner most records name; of equals the one with the smaller peer id; of his records the newest. */
export function mostBelieved(values: readonly Uint8Array[]): number {
  const records = values.map(tryRead)
  const votes = new Map<string, number>()
  for (const record of records) if (record) votes.set(record.owner, (votes.get(record.owner) ?? 0) + 1)
  const [owner] = [...votes].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0] ?? []
  let best = 0
  for (const [i, record] of records.entries()) {
    const sofar = records[best]
    if (record?.owner === owner && (sofar?.owner !== owner || record!.sequence > sofar!.sequence)) best = i
  }
  return best
}

function tryRead(bytes: Uint8Array): OwnedNameRecord | undefined {
  try {
    return readName(bytes)
  } catch (error) {
    if (isShoalError(error)) return undefined
    throw error
  }
}

function refused(why: string): ShoalError {
  return new ShoalError('protocol-violation', `a name record is refused: ${why}`)
}
