import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CID } from 'multiformats/cid'
import { contentDisposition, errorMessage, isShoalError } from '../../base/index.ts'
import { formatLink, isFolderPath, isHttpOrigin } from '../../content/index.ts'
import { sendText, type Exchange, type ShareExchange } from './exchange.ts'
import { Indexes } from './indexes.ts'
import { MAX_LISTED_SHARES, ROWS_PER_PAGE, SHORT_MISSES, SHORT_MISSES_PER_ADDRESS } from './limits.ts'
import { isLocalHost } from './local-host.ts'
import { errorPage, homePage } from './pages/home-page.ts'
import { PAGE_HEADERS } from './pages/html.ts'
import { listFolder } from './pages/listing.ts'
import { sharePage } from './pages/share-page.ts'
import { ICON } from './pages/style.ts'
import { preferredLanguage } from './pages/words.ts'
import {
  archiveName,
  fileRepresentation,
  pageRepresentation,
  rootRepresentation,
  streamRepresentation,
} from './resources.ts'
import { parseRoute, type Route } from './routes.ts'
import { isGone, Sender } from './send.ts'
import { networkAddress } from './server.ts'
import type { ShareIndex } from './share-index.ts'
import { GuessLimit } from './short-codes.ts'
import type { FilesInit, FilesLimits, ServedShare } from './types.ts'
import { Archive } from './zip/archive.ts'

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void

/** Answers HTTP requests for shares. It never throws, and logs no addresses of shares. */
export function createFilesHandler(init: FilesInit): RequestHandler {
  const files = new FilesServer(init)
  return (request, response) => void files.answer(request, response)
}

class FilesServer {
  readonly #init: FilesInit
  readonly #limits: FilesLimits
  readonly #indexes = new Indexes()
  readonly #sender: Sender
  readonly #guesses: GuessLimit

  constructor(init: FilesInit) {
    this.#init = init
    this.#limits = {
      rowsPerPage: ROWS_PER_PAGE,
      shortMissesPerAddress: SHORT_MISSES_PER_ADDRESS,
      shortMisses: SHORT_MISSES,
      ...init.limits,
    }
    const { clock, pace, onSent } = init
    this.#sender = new Sender({ clock, pace, onSent, sendError })
    this.#guesses = new GuessLimit({
      clock,
      perAddress: this.#limits.shortMissesPerAddress,
      total: this.#limits.shortMisses,
    })
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const leave = new AbortController()
    response.once('close', () => leave.abort(new Error('the client left')))
    response.on('error', () => leave.abort(new Error('the client left')))
    const { method = '' } = request
    const exchange: Exchange = {
      request,
      response,
      method: method === 'HEAD' ? 'HEAD' : 'GET',
      language: preferredLanguage(request.headers['accept-language']),
      signal: leave.signal,
    }
    const route = parseRoute(request.url ?? '')
    const started = this.#init.clock.now()
    try {
      if (method !== 'GET' && method !== 'HEAD') refuseMethod(exchange)
      else if (hasBody(request)) refuseBody(exchange)
      else await this.#route(exchange, route)
    } catch (error) {
      this.#fail(exchange, error)
    }
    const ms = Math.round(this.#init.clock.now() - started)
    this.#init.log.debug('answered', { method, what: route.is, status: response.statusCode, ms })
  }

  /** Before the head was sent the client hears why; after it, only a broken connection says that the bytes are not all. */
  #fail(exchange: Exchange, error: unknown): void {
    const { response, signal } = exchange
    if (response.headersSent) response.destroy()
    else if (!signal.aborted) sendError(exchange, isGone(error) ? 503 : 500)
    if (signal.aborted) return
    const code = isShoalError(error) ? error.code : 'internal'
    // The message may hold names of files: the code is enough, unless it is a fault of ours.
    if (code === 'internal') this.#init.log.warn('a request failed', { error: errorMessage(error) })
    else this.#init.log.info('a request failed', { code })
  }

  async #route(exchange: Exchange, route: Route): Promise<void> {
    switch (route.is) {
      case 'home':
        return this.#home(exchange)
      case 'icon':
        return sendText(exchange, 200, ICON, {
          'Content-Type': 'image/svg+xml',
          'Cache-Control': 'max-age=86400',
        })
      case 'short':
        return this.#short(exchange, route.code)
      case 'nothing':
        return sendError(exchange, 404)
      case 'too-long':
        return sendError(exchange, 414)
      default:
        return this.#share(exchange, route)
    }
  }

  async #share(exchange: Exchange, route: Extract<Route, { cid: CID }>): Promise<void> {
    const share = this.#find(route.cid)
    if (!share) return sendError(exchange, 404)
    const at: ShareExchange = { ...exchange, share }
    switch (route.is) {
      case 'slash':
        return redirect(exchange, 308, `/s/${route.cid.toString()}/`)
      case 'root':
        return share.stored.rootBytes
          ? this.#sender.send(at, rootRepresentation(route.cid, share.stored.rootBytes))
          : notYet(exchange)
      case 'page':
        return this.#page(at, route.hash)
      case 'stream':
        return this.#sender.send(at, streamRepresentation(await this.#indexes.of(share.stored)))
      case 'zip':
        return this.#zip(at, route.folder)
      case 'entry':
        return this.#entry(at, route.path, route.query)
    }
  }

  #find(cid: CID): ServedShare | undefined {
    for (const share of this.#init.shares()) if (share.cid.equals(cid)) return share
    return undefined
  }

  async #page(exchange: ShareExchange, hash: Uint8Array): Promise<void> {
    const page = await pageRepresentation(exchange.share.stored, hash)
    if (page === 'not-held') return notYet(exchange)
    return page ? this.#sender.send(exchange, page) : sendError(exchange, 404)
  }

  async #entry(exchange: ShareExchange, path: string, query: URLSearchParams): Promise<void> {
    const index = await this.#indexes.of(exchange.share.stored)
    if (path === '' || isFolderPath(path)) return this.#folder(exchange, index, path, query)
    const file = await index.find(path)
    if (file) return this.#sender.send(exchange, fileRepresentation(index, file, query.has('download')))
    const { begin, end } = await index.within(`${path}/`)
    if (begin === end) return sendError(exchange, 404)
    const [target = ''] = (exchange.request.url ?? '').split('?')
    return redirect(exchange, 308, `${target.slice(target.lastIndexOf('/') + 1)}/`)
  }

  async #folder(
    exchange: ShareExchange,
    index: ShareIndex,
    folder: string,
    query: URLSearchParams,
  ): Promise<void> {
    const { share, request, language } = exchange
    const isFile = index.root.kind === 'file'
    const from = /^\d{1,7}$/.test(query.get('from') ?? '') ? Number(query.get('from')) : 0
    const listing = await listFolder(index, folder, from, this.#limits.rowsPerPage)
    if (!listing || (isFile && folder !== '')) return sendError(exchange, 404)
    const { stored } = share
    const body = sharePage(language, {
      title: share.title ?? index.root.name,
      by: this.#init.name(),
      folder,
      listing,
      link: linkOf(index, request),
      getShoalUrl: this.#init.getShoalUrl,
      percent: stored.isComplete ? undefined : Math.floor((100 * stored.bytesHeld) / (index.root.size || 1)),
      isFile,
    })
    sendText(exchange, 200, body, PAGE_HEADERS)
  }

  async #zip(exchange: ShareExchange, folder: string): Promise<void> {
    const { stored } = exchange.share
    const index = await this.#indexes.of(stored)
    const { begin, end } = await index.within(folder)
    if (begin === end) return sendError(exchange, 404)
    const name = archiveName(index, folder)
    const archive = new Archive(index, await this.#indexes.archive(stored, folder, name), {
      checksums: await this.#indexes.checksums(stored),
      etag: `${stored.cid.toString()}.${begin}-${end}.zip`,
      headers: {
        'Content-Type': 'application/zip',
        'Content-Disposition': contentDisposition('attachment', `${name}.zip`),
      },
    })
    return this.#sender.send(exchange, archive)
  }

  #home(exchange: Exchange): void {
    if (!isLocalHost(exchange.request.headers.host)) return sendError(exchange, 421)
    const shares = []
    for (const { openly, stored, title, cid } of this.#init.shares()) {
      if (!openly || !stored.root || shares.length >= MAX_LISTED_SHARES) continue
      const { name, size, files } = stored.root
      shares.push({ cid: cid.toString(), title: title ?? name, bytes: size, files })
    }
    const page = { name: this.#init.name(), shares, getShoalUrl: this.#init.getShoalUrl }
    sendText(exchange, 200, homePage(exchange.language, page), PAGE_HEADERS)
  }

  #short(exchange: Exchange, code: string): void {
    if (!isLocalHost(exchange.request.headers.host)) return sendError(exchange, 421)
    const address = networkAddress(exchange.request.socket.remoteAddress)
    if (!this.#guesses.allows(address)) return sendError(exchange, 429, { 'Retry-After': '60' })
    for (const share of this.#init.shares()) {
      if (share.short === code) return redirect(exchange, 302, `/s/${share.cid.toString()}/`)
    }
    this.#guesses.miss(address)
    return sendError(exchange, 404)
  }
}

/** Nothing here takes a body, and one that is not read would be taken for the next request. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

function refuseBody(exchange: Exchange): void {
  sendError(exchange, 400, { Connection: 'close' })
}

function refuseMethod(exchange: Exchange): void {
  const headers: Record<string, string> = { Allow: 'GET, HEAD' }
  if (hasBody(exchange.request)) headers['Connection'] = 'close'
  sendError(exchange, 405, headers)
}

function notYet(exchange: Exchange): void {
  sendError(exchange, 503, { 'Retry-After': '5' })
}

/** A page for browsers, a line for programs. */
function sendError(exchange: Exchange, status: number, headers: Readonly<Record<string, string>> = {}): void {
  const { request, language } = exchange
  if (/\btext\/html\b/i.test(request.headers.accept ?? '')) {
    const body = errorPage(language, status)
    sendText(exchange, status, body, { ...PAGE_HEADERS, 'Cache-Control': 'no-store', ...headers })
  } else {
    sendText(exchange, status, `${status}\n`, headers)
  }
}

function redirect(exchange: Exchange, status: 302 | 308, location: string): void {
  sendText(exchange, status, '', { Location: location })
}

/** A link for the app that leads back to this very server. */
function linkOf(index: ShareIndex, { headers, socket }: IncomingMessage): string {
  const origin = `${'encrypted' in socket ? 'https' : 'http'}://${headers.host ?? ''}`
  const { name, size } = index.root
  const origins = origin.length <= 256 && isHttpOrigin(origin) ? [origin] : []
  return formatLink({ cid: index.stored.cid, name, size, peers: [], origins, trackers: [] })
}
