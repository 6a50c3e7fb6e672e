import type { TFunction } from 'i18next'
import type { DnsRecord, DnsResolution, DnsStep, FetchedPage } from '../../../src/contract/index.ts'
import type { Format } from '../format/format.ts'
import type { SequenceActor, SequenceMessage } from '../ui/sequence-diagram.tsx'

/** A question's path as a sequence diagram draws it. */
export interface Path {
  readonly actors: readonly SequenceActor[]
  readonly messages: readonly SequenceMessage[]
}

const YOU = 'you'
const LOCAL = 'local'
const WEB = 'web'

/** From the recorded steps of a resolution, and the page fetched at its end. */
export function pathOf(
  found: DnsResolution,
  page: FetchedPage | undefined,
  { t, format }: { t: TFunction; format: Format },
): Path {
  const asked = found.steps.filter(({ cached }) => !cached)
  const servers = new Map(asked.map((step) => [serverId(step), serverActor(step, t)]))
  const question = `${found.name} ${found.type}`
  return {
    actors: [
      { id: YOU, name: t('names.actor.you') },
      { id: LOCAL, name: t('names.actor.local') },
      ...servers.values(),
      ...(page ? [{ id: WEB, name: t('names.actor.web'), address: `${page.address}:${page.port}` }] : []),
    ],
    messages: [
      { from: YOU, to: LOCAL, text: `${question}?`, tone: 'request' },
      ...(found.cached ? [] : [alone(t('names.message.cacheMiss'))]),
      ...found.steps.flatMap((step) => (step.cached ? [cacheNote(step, t)] : exchange(step, t))),
      ...keepNote(found, t),
      {
        from: LOCAL,
        to: YOU,
        text: outcomeWords(found, t),
        tone: found.failure === null ? 'response' : 'problem',
        time: milliseconds(found.ms),
      },
      ...(page ? fetchMessages(page, format) : []),
    ],
  }
}

/** What came out, in one line. */
export function outcomeWords(found: DnsResolution, t: TFunction): string {
  if (found.failure !== null) return t(`names.failed.${found.failure}`)
  const data = dataOf(found.answers, found.type)
  if (data !== '') return data
  return found.rcode === 'NXDOMAIN' ? t('names.noSuchName') : t('names.noSuchType', { type: found.type })
}

/** `4.2 ms`: of a tenth, since most answers on one machine take less than one. */
export function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)}\u00a0ms`
}

function serverId({ server, port, zone }: DnsStep): string {
  return `${server} ${port} ${zone}`
}

function serverActor(step: DnsStep, t: TFunction): SequenceActor {
  const { role, zone, server, port } = step
  const name = role === 'cache' ? t('names.actor.local') : t(`names.actor.${role}`)
  return { id: serverId(step), name, detail: zone, address: `${server}:${port}` }
}

function exchange(step: DnsStep, t: TFunction): SequenceMessage[] {
  const { question, outcome, ms } = step
  const isProblem = outcome === 'timeout' || outcome === 'unreachable' || outcome === 'unusable'
  const id = serverId(step)
  return [
    { from: LOCAL, to: id, text: `${question}?`, tone: 'request' },
    {
      from: id,
      to: LOCAL,
      text: replyWords(step, t),
      tone: isProblem ? 'problem' : 'response',
      time: milliseconds(ms),
    },
  ]
}

function replyWords({ outcome, records, rcode }: DnsStep, t: TFunction): string {
  switch (outcome) {
    case 'answer':
      return records.map(({ data }) => data).join(', ')
    case 'alias':
      return t('names.message.alias', { data: records.at(-1)?.data ?? '' })
    case 'referral':
      return t('names.message.referral', { servers: serversNamed(records) })
    case 'no-name':
      return t('names.message.noName')
    case 'no-data':
      return t('names.message.noData')
    case 'unusable':
      return t('names.message.unusable', { rcode })
    case 'timeout':
      return t('names.message.timeout')
    case 'unreachable':
      return t('names.message.unreachable')
  }
}

/** `ns.com. (127.53.0.4)` */
function serversNamed(records: readonly DnsRecord[]): string {
  const servers = records.filter(({ type }) => type === 'NS')
  return servers
    .map(({ data }) => {
      const at = records.filter(({ name, type }) => name === data && type !== 'NS').map((glue) => glue.data)
      return at.length > 0 ? `${data} (${at.join(', ')})` : data
    })
    .join(', ')
}

function cacheNote({ outcome, records }: DnsStep, t: TFunction): SequenceMessage {
  const data = records.map((record) => record.data).join(', ')
  if (outcome === 'answer') return alone(t('names.message.cacheHit', { data }))
  return alone(outcome === 'alias' ? t('names.message.cacheAlias', { data }) : t('names.message.cacheNo'))
}

function keepNote(found: DnsResolution, t: TFunction): SequenceMessage[] {
  const ttls = [...found.answers, ...found.authority].map(({ ttl }) => ttl)
  if (found.cached || found.failure !== null || ttls.length === 0) return []
  return [alone(t('names.message.keep', { count: Math.min(...ttls) }))]
}

function alone(text: string): SequenceMessage {
  return { from: LOCAL, to: LOCAL, text, tone: 'note' }
}

function fetchMessages({ status, bytes, ms }: FetchedPage, format: Format): SequenceMessage[] {
  const text = `${status}, ${format.size(bytes)}`
  return [
    { from: YOU, to: WEB, text: 'GET /', tone: 'request' },
    { from: WEB, to: YOU, text, tone: 'response', time: milliseconds(ms) },
  ]
}

function dataOf(records: readonly DnsRecord[], type: string): string {
  return records
    .filter((record) => record.type === type)
    .map(({ data }) => data)
    .join(', ')
}
