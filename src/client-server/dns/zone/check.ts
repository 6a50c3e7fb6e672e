import { CLASS, TYPE, typeText, type Name, type ResourceRecord } from '../wire/index.ts'
import { problemAt, type ZoneProblem } from './zone-text.ts'
import { ZoneMistake, type ZoneMistakeCode, type ZoneMistakeData } from './mistake.ts'
import { MAX_PROBLEMS } from './limits.ts'
import { recordKey } from './record-key.ts'

const ADDRESSES: readonly number[] = [TYPE.A, TYPE.AAAA]
const MAY_STAND_BELOW_A_CUT = new Set<number>(ADDRESSES)
const MAY_STAND_AT_A_CUT = new Set<number>([TYPE.NS, TYPE.DS, ...ADDRESSES])

/**
 * What is wrong with the records of a zone (RFC 1034 §4.2.1, RFC 2181 §10): what any server would refuse to load, or what would
 * make its answers contradict each other. `lines` are the records' lines, for the text they came from.
 */
export function checkZone(
  origin: Name,
  records: readonly ResourceRecord[],
  lines: readonly number[] = [],
): ZoneProblem[] {
  const check = new Check(origin, records, lines)
  check.run()
  return check.problems
}

class Check {
  readonly problems: ZoneProblem[] = []
  readonly #origin: Name
  readonly #records: readonly ResourceRecord[]
  readonly #lines: readonly number[]
  readonly #byName = new Map<string, ResourceRecord[]>()

  constructor(origin: Name, records: readonly ResourceRecord[], lines: readonly number[]) {
    this.#origin = origin
    this.#records = records
    this.#lines = lines
    for (const record of records) {
      const list = this.#byName.get(record.name.key)
      if (list) list.push(record)
      else this.#byName.set(record.name.key, [record])
    }
  }

  run(): void {
    this.#checkApex()
    for (const [i, record] of this.#records.entries()) {
      const problem = this.#problemOf(record)
      if (problem) this.#tell(problem, this.#lines[i] ?? 0)
      if (this.problems.length >= MAX_PROBLEMS) return
    }
  }

  #tell(mistake: ZoneMistake, line = 0): void {
    this.problems.push(problemAt(line, mistake))
  }

  #checkApex(): void {
    const starts = this.#records.filter(({ type }) => type === TYPE.SOA)
    if (starts.length === 0) this.#tell(mistake('no-soa', {}, 'a zone starts with an SOA record'))
    if (new Set(starts.map(recordKey)).size > 1)
      this.#tell(mistake('many-soa', {}, 'a zone has one SOA record, not more'))
    if (!this.#has(this.#origin, [TYPE.NS]))
      this.#tell(
        mistake(
          'no-ns',
          { zone: this.#origin.toString() },
          `no name server: ${this.#origin.toString()} has no NS record`,
        ),
      )
  }

  #problemOf(record: ResourceRecord): ZoneMistake | undefined {
    const { name } = record
    if (record.class !== CLASS.IN)
      return mistake('not-internet', { name: name.toString() }, `${name.toString()} is not of class IN`)
    if (!name.isWithin(this.#origin))
      return mistake(
        'outside',
        { name: name.toString(), zone: this.#origin.toString() },
        `${name.toString()} is not within ${this.#origin.toString()}`,
      )
    return (
      this.#problemOfType(record) ??
      this.#problemOfAlias(record) ??
      this.#problemOfPlace(record) ??
      this.#problemOfTarget(record)
    )
  }

  #problemOfType({ name, type }: ResourceRecord): ZoneMistake | undefined {
    if (type === TYPE.SOA && !name.equals(this.#origin))
      return mistake(
        'soa-elsewhere',
        { zone: this.#origin.toString(), name: name.toString() },
        `the SOA record is of ${this.#origin.toString()}, not of ${name.toString()}`,
      )
    if (type === TYPE.OPT || (type >= 128 && type <= 255))
      return mistake('no-record-type', { type: typeText(type) }, `${typeText(type)} is no type of record`)
    if (type === TYPE.DNAME) return mistake('dname', {}, 'DNAME is not served')
    if (type === TYPE.NS && isWildcard(name))
      return mistake('wildcard-ns', {}, 'a wildcard cannot delegate (RFC 4592 §4.2)')
    return undefined
  }

  /** RFC 1034 §3.6.2 */
  #problemOfAlias({ name, type }: ResourceRecord): ZoneMistake | undefined {
    if (type !== TYPE.CNAME) return undefined
    const others = this.#of(name)
    if (others.some((other) => other.type !== TYPE.CNAME))
      return mistake(
        'cname-and-others',
        { name: name.toString() },
        `${name.toString()} has a CNAME record and others`,
      )
    if (new Set(others.map(recordKey)).size > 1)
      return mistake('two-cnames', { name: name.toString() }, `${name.toString()} has two CNAME records`)
    return undefined
  }

  /** What is below a delegation is another's: only addresses of its name servers stand here too. */
  #problemOfPlace({ name, type }: ResourceRecord): ZoneMistake | undefined {
    const cut = this.#cutAbove(name)
    if (!cut) return undefined
    const allowed = cut.equals(name) ? MAY_STAND_AT_A_CUT : MAY_STAND_BELOW_A_CUT
    return allowed.has(type)
      ? undefined
      : mistake(
          'below-delegation',
          { name: name.toString(), type: typeText(type), cut: cut.toString() },
          `${name.toString()} ${typeText(type)}: ${cut.toString()} is delegated to others`,
        )
  }

  #problemOfTarget(record: ResourceRecord): ZoneMistake | undefined {
    const target = hostOf(record)
    // `.` says that there is no such service (RFC 7505, RFC 2782).
    if (!target || target.isRoot || !target.isWithin(this.#origin)) return undefined
    if (this.#has(target, [TYPE.CNAME]))
      return mistake(
        'target-is-alias',
        { name: target.toString(), type: typeText(record.type) },
        `${target.toString()} is an alias: ${typeText(record.type)} points to a host`,
      )
    if (record.type !== TYPE.NS) return undefined
    const cut = this.#cutAbove(target)
    // Whoever is not below this delegation is found without glue.
    if (cut && !target.isWithin(record.name)) return undefined
    return this.#has(target, ADDRESSES) || this.#hasWildcardAddress(target)
      ? undefined
      : mistake('no-address', { name: target.toString() }, `${target.toString()} has no address`)
  }

  #hasWildcardAddress(name: Name): boolean {
    for (let at = name; at.labels.length > this.#origin.labels.length; at = at.parent) {
      if (this.#of(at).length > 0) return false
      if (this.#has(at.parent.child('*'), ADDRESSES)) return true
    }
    return false
  }

  /** The uppermost delegation at or above a name. */
  #cutAbove(name: Name): Name | undefined {
    for (let count = this.#origin.labels.length + 1; count <= name.labels.length; count++) {
      const end = name.last(count)
      if (this.#has(end, [TYPE.NS])) return end
    }
    return undefined
  }

  #of(name: Name): readonly ResourceRecord[] {
    return this.#byName.get(name.key) ?? []
  }

  #has(name: Name, types: readonly number[]): boolean {
    return this.#of(name).some(({ type }) => types.includes(type))
  }
}

function mistake(code: ZoneMistakeCode, data: ZoneMistakeData, message: string): ZoneMistake {
  return new ZoneMistake(code, data, message)
}

const STAR = 0x2a

/** A leftmost label that is `*` alone (RFC 4592 §2.1.1). */
export function isWildcard(name: Name): boolean {
  const first = name.labels[0]
  return first?.length === 1 && first[0] === STAR
}

/** The host a record sends its reader to. */
export function hostOf({ data }: ResourceRecord): Name | undefined {
  if (data.kind === 'NS') return data.target
  if (data.kind === 'MX') return data.exchange
  return data.kind === 'SRV' ? data.target : undefined
}
