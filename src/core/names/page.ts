import { get, type IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { once } from 'node:events'
import { ShoalError, toShoalError } from '../../base/index.ts'
import { question, TYPE, type Name } from '../../client-server/dns/wire/index.ts'
import type { FetchedPage } from '../../contract/index.ts'
import { MAX_PAGE_BYTES, PAGE_TIMEOUT_MS } from './limits.ts'
import type { NameSystem } from './name-system.ts'

const HTTP_PORT = 80

/** Connects to the address a name has and asks for its page: what all the asking was for. */
export async function fetchPage(names: NameSystem, name: Name): Promise<FetchedPage> {
  const { clock } = names
  const address = await addressOf(names, name)
  const port = await portOf(names, name)
  const host = hostText(name)
  const started = clock.now()
  const { status, text, bytes } = await fetchFrom(address, port, host)
  const url = new URL(`http://${host}${port === HTTP_PORT ? '' : `:${port}`}/`).href
  return { url, address, port, status, title: titleOf(text), bytes, ms: clock.now() - started }
}

async function addressOf(names: NameSystem, name: Name): Promise<string> {
  for (const type of [TYPE.A, TYPE.AAAA]) {
    const { outcome } = await names.resolve(question(name, type))
    const data = outcome.is === 'records' ? outcome.records[0]?.data : undefined
    if (data?.kind === 'A' || data?.kind === 'AAAA') return data.address
  }
  throw new ShoalError('name-not-found', `${name.toString()} has no address`)
}

/** The names' owner may tell another port than the usual one (RFC 2782). */
async function portOf(names: NameSystem, name: Name): Promise<number> {
  const { outcome } = await names.resolve(question(name.child('_tcp').child('_http'), TYPE.SRV))
  const data = outcome.is === 'records' ? outcome.records[0]?.data : undefined
  return data?.kind === 'SRV' && data.port > 0 ? data.port : HTTP_PORT
}

function hostText(name: Name): string {
  return name.toString().replace(/\.$/, '')
}

async function fetchFrom(
  address: string,
  port: number,
  host: string,
): Promise<{ status: number; text: string; bytes: number }> {
  try {
    const request = get({
      host: address,
      family: isIPv6(address) ? 6 : 4,
      port,
      path: '/',
      headers: {
        host: port === HTTP_PORT ? host : `${host}:${port}`,
        accept: 'text/html',
        connection: 'close',
      },
      signal: AbortSignal.timeout(PAGE_TIMEOUT_MS),
    })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    const body = await readBody(response)
    return { status: response.statusCode ?? 0, text: body.toString('utf8'), bytes: body.length }
  } catch (error) {
    const { message } = toShoalError(error)
    throw new ShoalError('server-unreachable', `${address} port ${port}: ${message}`, {
      cause: error,
      data: { address: `${address}:${port}` },
    })
  }
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of response) {
    parts.push(part as Buffer)
    bytes += (part as Buffer).length
    if (bytes >= MAX_PAGE_BYTES) break
  }
  return Buffer.concat(parts).subarray(0, MAX_PAGE_BYTES)
}

function titleOf(html: string): string | null {
  const title = /<title[^>]*>([^<]{0,200})/i.exec(html)?.[1]?.trim()
  return title === undefined || title === '' ? null : title
}
