import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errorMessage, ShoalError, systemCode, type Logger } from '../../base/index.ts'
import { nsRecord, serverName, soaRecord, type ZoneContent } from '../../client-server/dns/tree/index.ts'
import { Name, TYPE, type ResourceRecord } from '../../client-server/dns/wire/index.ts'
import { checkZone, readZoneText, type ZoneProblem } from '../../client-server/dns/zone/index.ts'
import { writeFileAtomic } from '../../store/small-file.ts'
import { MAX_ORIGIN_TEXT, MAX_ZONE_FILES } from './limits.ts'

const EXTENSION = '.zone'
/** So that no zone's file has a name that means a device somewhere. */
const PREFIX = 'zone-'

/** The zones a person wrote, as the text they wrote: `<home>/zones/zone-<name>.zone`. */
export class ZoneFiles {
  readonly #dir: string
  readonly #log: Logger
  readonly #texts = new Map<string, string>()

  constructor(home: string, log: Logger) {
    this.#dir = join(home, 'zones')
    this.#log = log
  }

  /** Every zone that can be read. One that cannot stays on disk, and the log says why it is not served. */
  async read(): Promise<ZoneContent[]> {
    const contents: ZoneContent[] = []
    for (const file of (await this.#list()).slice(0, MAX_ZONE_FILES)) {
      try {
        const origin = originOf(file)
        const text = await readFile(join(this.#dir, file), 'utf8')
        contents.push(contentOf(origin, text))
        this.#texts.set(origin.key, text)
      } catch (error) {
        this.#log.warn('a zone file is not served', { file, why: errorMessage(error) })
      }
    }
    return contents
  }

  /** The text of a zone, if a person wrote it. */
  text(origin: Name): string | undefined {
    return this.#texts.get(origin.key)
  }

  async write(origin: Name, text: string): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    await writeFileAtomic(join(this.#dir, fileOf(origin)), text)
    this.#texts.set(origin.key, text)
  }

  async remove(origin: Name): Promise<void> {
    await rm(join(this.#dir, fileOf(origin)), { force: true })
    this.#texts.delete(origin.key)
  }

  async #list(): Promise<string[]> {
    try {
      const names = await readdir(this.#dir)
      return names.filter((name) => name.startsWith(PREFIX) && name.endsWith(EXTENSION)).toSorted()
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return []
      throw error
    }
  }
}

/** The name of a zone as a person types it. Throws `bad-domain-name`. */
export function parseOrigin(text: string): Name {
  const origin = Name.parse(text)
  if (origin.toString().length <= MAX_ORIGIN_TEXT) return origin
  throw new ShoalError('bad-domain-name', `a zone's name has at most ${MAX_ORIGIN_TEXT} characters here`)
}

/** What a zone file holds. Throws `bad-zone` for the first thing that is wrong with it. */
export function contentOf(origin: Name, text: string): ZoneContent {
  const [first] = problemsOf(origin, text)
  if (first) {
    const { line, problem } = first
    const where = line > 0 ? `line ${line}: ` : ''
    throw new ShoalError('bad-zone', `${where}${problem}`, { data: { line, problem } })
  }
  return { origin, records: readZoneText(text, origin).records }
}

/** Everything that is wrong with a zone file. Its start of authority and its server may be left out: they are ours to say. */
export function problemsOf(origin: Name, text: string): ZoneProblem[] {
  const { records, lines, problems } = readZoneText(text, origin)
  if (problems.length > 0) return [...problems]
  return checkZone(origin, [...records, ...implied(origin, records)], lines)
}

function implied(origin: Name, records: readonly ResourceRecord[]): ResourceRecord[] {
  const has = (type: number): boolean =>
    records.some((record) => record.type === type && record.name.equals(origin))
  return [
    ...(has(TYPE.SOA) ? [] : [soaRecord(origin, serverName(origin), 1)]),
    // A server of another zone's name, since the address of our own is not known here.
    ...(has(TYPE.NS) ? [] : [nsRecord(origin, Name.parse('ns.internal.'))]),
  ]
}

function fileOf(origin: Name): string {
  const name = encodeURIComponent(origin.toString().toLowerCase()).replaceAll('*', '%2A')
  return `${PREFIX}${name}${EXTENSION}`
}

function originOf(file: string): Name {
  return parseOrigin(decodeURIComponent(file.slice(PREFIX.length, -EXTENSION.length)))
}
