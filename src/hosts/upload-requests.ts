import type { IncomingMessage, ServerResponse } from 'node:http'
import { ShoalError, toShoalError, type ErrorCode } from '../base/index.ts'
import type { HostedCore } from './hosted-core.ts'
import { MAX_DRAINED_BYTES, MAX_UPLOADS_AT_ONCE, UPLOAD_IDLE_MS } from './limits.ts'

const PATH = /^\/upload\/([\w-]{1,128})\/(.+)$/

const STATUS: Partial<Record<ErrorCode, number>> = {
  'bad-name': 400,
  'bad-usage': 400,
  'not-found': 404,
  'too-large': 413,
  'rate-limited': 429,
  'permission-denied': 403,
  'disk-full': 507,
}

export interface UploadTarget {
  id: string
  path: string
}

/** Which file of which upload a URL's path names, or undefined. Parts are decoded one by one: `%2F` makes no folder. */
export function uploadTarget(pathname: string): UploadTarget | undefined {
  const match = PATH.exec(pathname)
  if (!match) return undefined
  try {
    const parts = match[2]!.split('/').map(decodeURIComponent)
    const bad = parts.some((part) => part === '' || part === '.' || part === '..' || /[/\\\0]/.test(part))
    return bad ? undefined : { id: match[1]!, path: parts.join('/') }
  } catch {
    return undefined
  }
}

/** Takes in the bodies of `PUT /upload/<id>/<relative path>`; who may ask has been checked. */
export class UploadRequests {
  readonly #uploads: HostedCore['uploads']
  readonly #maxBytes: number
  #underWay = 0

  constructor(uploads: HostedCore['uploads'], maxBytes: number) {
    this.#uploads = uploads
    this.#maxBytes = maxBytes
  }

  async receive(target: UploadTarget, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const controller = new AbortController()
    request.setTimeout(UPLOAD_IDLE_MS, () => request.destroy())
    // Before the last byte: the page was closed, or the person changed their mind.
    request.once('close', () => {
      if (!request.complete) controller.abort(new ShoalError('cancelled', 'the upload was broken off'))
    })
    this.#underWay++
    try {
      if (this.#underWay > MAX_UPLOADS_AT_ONCE)
        throw new ShoalError('rate-limited', 'too many uploads at once')
      const body = this.#bounded(request)
      await this.#uploads.write(target.id, target.path, body, { signal: controller.signal })
      response.writeHead(204).end()
    } catch (error) {
      await refuse(toShoalError(error), request, response)
    } finally {
      this.#underWay--
    }
  }

  async *#bounded(request: IncomingMessage): AsyncGenerator<Uint8Array> {
    const tooLarge = (): ShoalError =>
      new ShoalError('too-large', `more than ${this.#maxBytes} bytes in one file`)
    if (Number(request.headers['content-length'] ?? 0) > this.#maxBytes) throw tooLarge()
    let bytes = 0
    // Left open when the core stops reading: it still has to be told why.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Uint8Array).length
      if (bytes > this.#maxBytes) throw tooLarge()
      yield chunk as Uint8Array
    }
    if (!request.complete) throw new ShoalError('cancelled', 'the upload was broken off')
  }
}

async function refuse(error: ShoalError, request: IncomingMessage, response: ServerResponse): Promise<void> {
  await drain(request)
  if (request.destroyed && !request.complete) return void response.destroy()
  const { code, message, data } = error
  const text = JSON.stringify({ code, message, data })
  const headers = { 'Content-Type': 'application/json; charset=utf-8', Connection: 'close' }
  response.writeHead(STATUS[code] ?? 500, headers).end(text, () => request.destroy())
}

/** Reads on for a while: browsers take an answer only after they have sent everything. */
async function drain(request: IncomingMessage): Promise<void> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_DRAINED_BYTES) return
  let bytes = 0
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if ((bytes += (chunk as Uint8Array).length) > MAX_DRAINED_BYTES) return
    }
  } catch {
    // Gone: there is nobody to answer.
  }
}
