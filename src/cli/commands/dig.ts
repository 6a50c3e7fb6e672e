import type { DnsRecord, DnsResolution, DnsRole, DnsStep, FetchedPage } from '../../contract/index.ts'
import { parseArguments } from '../arguments.ts'
import { EXIT, type Client, type Command } from '../command.ts'
import { createOutput, type Output } from '../output.ts'

/** Types whose answer leads to a page. */
const ADDRESS_TYPES = new Set(['A', 'AAAA'])

/** `shoal dig NAME [TYPE] [--trace]`: asks the local DNS server, and shows whom it had to ask. */
export const dig: Command = async (argv, context) => {
  const { common, positionals, values } = parseArguments(argv, { trace: { type: 'boolean' } }, [1, 2])
  const [name, type = 'A'] = positionals as [string, string?]
  const output = createOutput(common, context.streams)
  const core = await context.openCore(common, output)
  try {
    const signal = context.interrupted
    const found = await core.client.names.resolve({ name, type }, { signal })
    const traced = values['trace'] === true
    const page = traced ? await pageOf(core.client, found, signal) : undefined
    output.event({ ...found, ...(page ? { page } : {}) })
    if (traced) sayWalk(found, output)
    sayAnswer(found, output)
    if (page) output.say(pageLine(page))
    if (found.failure === null) return EXIT.done
    output.fail(`${found.name} ${found.type}: ${FAILURES[found.failure]}`)
    return EXIT.failed
  } finally {
    await core.close()
  }
}

/** The walk ends where a browser would: at the page. A page that cannot be had is no failure of the names. */
async function pageOf(
  client: Client,
  found: DnsResolution,
  signal: AbortSignal,
): Promise<FetchedPage | undefined> {
  const hasAddress = found.answers.some(({ type }) => ADDRESS_TYPES.has(type))
  if (!hasAddress || !ADDRESS_TYPES.has(found.type)) return undefined
  try {
    return await client.names.page({ name: found.name }, { signal })
  } catch (error) {
    if (signal.aborted) throw error
    return undefined
  }
}

function sayWalk(found: DnsResolution, output: Output): void {
  output.say(`${found.name} ${found.type}`)
  if (!found.cached) output.say('  the local DNS server does not know it yet, and asks:')
  for (const [i, step] of found.steps.entries()) output.say(`  ${i + 1}. ${stepLine(step)}`)
  const kept = [...found.answers, ...found.authority].map(({ ttl }) => ttl)
  if (!found.cached && kept.length > 0 && found.failure === null)
    output.say(`  the local DNS server keeps this for ${Math.min(...kept)} s`)
  output.say('')
}

const WHO: Readonly<Record<DnsRole, string>> = {
  cache: 'its own cache',
  root: 'a root server',
  tld: 'the top-level domain server of',
  authoritative: 'the authoritative server of',
  resolver: "the system's resolver",
}

function stepLine(step: DnsStep): string {
  const ofZone = step.role === 'tld' || step.role === 'authoritative' ? ` ${step.zone}` : ''
  const where = step.cached ? '' : ` at ${step.server} port ${step.port}`
  const how = step.transport === 'tcp' ? ' by TCP' : ''
  const took = step.cached ? '' : `  (${step.ms.toFixed(1)} ms)`
  return `${WHO[step.role]}${ofZone}${where}${how}: ${step.question}? ${resultWords(step)}${took}`
}

function resultWords({ outcome, records, rcode }: DnsStep): string {
  switch (outcome) {
    case 'answer':
      return records.map(({ data }) => data).join(', ')
    case 'alias':
      return `another name is meant: ${records.at(-1)?.data ?? ''}`
    case 'referral':
      return referralWords(records)
    case 'no-name':
      return 'there is no such name'
    case 'no-data':
      return 'the name is there, but nothing of that type'
    default:
      return rcode
  }
}

/** `ask ns.com. (127.53.0.4), which has com.` */
function referralWords(records: readonly DnsRecord[]): string {
  const servers = records.filter(({ type }) => type === 'NS')
  const shown = servers.map(({ data }) => {
    const at = records.filter(({ name, type }) => name === data && ADDRESS_TYPES.has(type))
    return at.length > 0 ? `${data} (${at.map((glue) => glue.data).join(', ')})` : data
  })
  return `ask ${shown.join(' or ')}, which has ${servers[0]?.name ?? 'it'}`
}

function sayAnswer(found: DnsResolution, output: Output): void {
  for (const { name, ttl, type, data } of found.answers) output.say(`${name}\t${ttl}\t${type}\t${data}`)
  if (found.failure !== null) return
  if (found.rcode === 'NXDOMAIN') output.say(`${found.name}: there is no such name`)
  else if (!found.answers.some(({ type }) => type === found.type))
    output.say(`${found.name}: the name is there, but no ${found.type}`)
  const asked = found.steps.filter(({ cached }) => !cached).length
  const from = found.cached ? 'from the cache' : `${asked} ${asked === 1 ? 'question' : 'questions'} asked`
  output.say(`${from}, ${found.ms.toFixed(1)} ms`)
}

function pageLine({ url, address, port, status, title, bytes, ms }: FetchedPage): string {
  const what = title === null ? '' : ` "${title}"`
  return `GET ${url} from ${address} port ${port}: ${status}${what}, ${bytes} bytes, ${ms.toFixed(1)} ms`
}

const FAILURES: Readonly<Record<NonNullable<DnsResolution['failure']>, string>> = {
  'no-server-answers': 'none of the servers that should know it gave a usable answer',
  'too-many-aliases': 'its aliases lead too far or in a circle',
  'too-much-work': 'finding it would take more questions than are allowed',
  'too-deep': 'its delegations lead too far down',
  timeout: 'the servers took too long',
  'failed-before': 'it failed a moment ago and is not asked again yet',
}
