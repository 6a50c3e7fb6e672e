import { isAbsolute } from 'node:path'
import type { CoreMessage } from '../src/hosts/shell-protocol.ts'
import { MAX_NOTICE_LENGTH, MAX_PATH_LENGTH, MAX_RACER_OPTIONS } from './limits.ts'

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
    case 'start-racer':
      return readStartRacer(message['id'], message['options'])
    case 'kill-racer':
      return isId(message['id']) ? { is: 'kill-racer', id: message['id'] } : undefined
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
  const good = isId(id) && (what === 'file' || what === 'folder')
  return good ? { is: 'pick', id, what } : undefined
}

function readTransferring(transferring: unknown): CoreMessage | undefined {
  return typeof transferring === 'boolean' ? { is: 'transferring', transferring } : undefined
}

function readNotify(title: unknown, body: unknown): CoreMessage | undefined {
  if (typeof title !== 'string' || typeof body !== 'string') return undefined
  return { is: 'notify', title: title.slice(0, MAX_NOTICE_LENGTH), body: body.slice(0, MAX_NOTICE_LENGTH) }
}

function readStartRacer(id: unknown, options: unknown): CoreMessage | undefined {
  const good = isId(id) && typeof options === 'string' && options.length <= MAX_RACER_OPTIONS
  // A process cannot be started with it.
  return good && !options.includes('\0') ? { is: 'start-racer', id, options } : undefined
}

function isId(id: unknown): id is number {
  return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0
}

function readFailed(message: unknown): CoreMessage | undefined {
  return typeof message === 'string'
    ? { is: 'failed', message: message.slice(0, MAX_NOTICE_LENGTH) }
    : undefined
}
