import { isAbsolute } from 'node:path'
import type { CoreMessage } from '../src/hosts/shell-protocol.ts'
import { MAX_NOTICE_LENGTH, MAX_PATH_LENGTH } from './limits.ts'

/*
 * What the core asks of the shell, read by hand: the schemas are the core's code. It has the user's rights already, so the
 * check is against errors, and bounds what is shown.
 */

/** A message as the core sent it, or undefined for anything else. */
export function readCoreMessage(value: unknown): CoreMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const message = value as Readonly<Record<string, unknown>>
  switch (message['is']) {
    case 'reveal':
      return readReveal(message['path'])
    case 'pick':
      return readPick(message['id'], message['what'])
    case 'transferring':
      return readTransferring(message['transferring'])
    case 'notify':
      return readNotify(message['title'], message['body'])
    case 'failed':
      return readFailed(message['message'])
    default:
      return undefined
  }
}

function readReveal(path: unknown): CoreMessage | undefined {
  const good = typeof path === 'string' && path.length <= MAX_PATH_LENGTH && isAbsolute(path)
  return good && !path.includes('\0') ? { is: 'reveal', path } : undefined
}

function readPick(id: unknown, what: unknown): CoreMessage | undefined {
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) return undefined
  return what === 'file' || what === 'folder' ? { is: 'pick', id, what } : undefined
}

function readTransferring(transferring: unknown): CoreMessage | undefined {
  return typeof transferring === 'boolean' ? { is: 'transferring', transferring } : undefined
}

function readNotify(title: unknown, body: unknown): CoreMessage | undefined {
  if (typeof title !== 'string' || typeof body !== 'string') return undefined
  return { is: 'notify', title: title.slice(0, MAX_NOTICE_LENGTH), body: body.slice(0, MAX_NOTICE_LENGTH) }
}

function readFailed(message: unknown): CoreMessage | undefined {
  return typeof message === 'string'
    ? { is: 'failed', message: message.slice(0, MAX_NOTICE_LENGTH) }
    : undefined
}
