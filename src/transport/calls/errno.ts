import { constants } from 'node:os'

/** Numbers to names, this system's. Winsock's `WSAECONNREFUSED` is what everybody else calls `ECONNREFUSED`. */
const NAMES = new Map(
  Object.entries(constants.errno).map(([name, number]) => [number, name.replace(/^WSA/, '')]),
)

/** `EADDRINUSE` for 98 on Linux; the number itself when it has no name. */
export function errnoName(number: number): string {
  return NAMES.get(number) ?? `errno ${number}`
}

/** What a call that was not to wait says instead of waiting. */
export function wouldBlock(name: string): boolean {
  return name === 'EAGAIN' || name === 'EWOULDBLOCK' || name === 'EINPROGRESS' || name === 'EALREADY'
}
