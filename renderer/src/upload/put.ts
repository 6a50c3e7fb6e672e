import { ShoalError, type ErrorCode } from '../../../src/base/errors.ts'

export interface PutRequest {
  readonly url: string
  readonly file: Blob
  readonly token: string | undefined
  readonly signal: AbortSignal
  /** Bytes of this file sent so far. */
  readonly onProgress: (sent: number) => void
}

export type Put = (request: PutRequest) => Promise<void>

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'permission-denied',
  403: 'permission-denied',
  413: 'too-large',
  507: 'disk-full',
}

/** Sends one file. XMLHttpRequest, because `fetch` tells no progress of what it sends. */
export const putFile: Put = ({ url, file, token, signal, onProgress }) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const request = new XMLHttpRequest()
    const abort = (): void => request.abort()
    signal.addEventListener('abort', abort, { once: true })
    request.onloadend = () => signal.removeEventListener('abort', abort)
    request.upload.onprogress = (event) => onProgress(event.loaded)
    request.onabort = () => reject(signal.reason as Error)
    request.onerror = () => reject(new ShoalError('core-gone', 'the connection broke during the upload'))
    request.onload = () => {
      if (request.status < 300) return resolve()
      reject(new ShoalError(CODES[request.status] ?? 'storage-failed', `the core answered ${request.status}`))
    }
    request.open('PUT', url)
    if (token) request.setRequestHeader('authorization', `Bearer ${token}`)
    request.send(file)
  })
