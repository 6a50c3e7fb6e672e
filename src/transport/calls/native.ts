import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { platformNumbers, type PlatformNumbers } from './platform.ts'

/** A function of the system's library: numbers and byte arrays in, a number out. */
type NativeFunction = (...args: (number | string | Uint8Array | Uint32Array | Int32Array)[]) => number

interface Koffi {
  load(library: string | null): { func(prototype: string): NativeFunction }
  errno(): number
}

/** The functions we call, and how the last one failed. */
export interface NativeLibrary {
  readonly numbers: PlatformNumbers
  readonly call: Readonly<Record<keyof typeof POSIX, NativeFunction>>
  lastError(): number
}

const POSIX = {
  socket: 'int socket(int domain, int type, int protocol)',
  bind: 'int bind(int fd, void *address, uint length)',
  listen: 'int listen(int fd, int backlog)',
  accept: 'int accept(int fd, void *address, void *length)',
  connect: 'int connect(int fd, void *address, uint length)',
  write: 'long write(int fd, void *data, size_t length)',
  read: 'long read(int fd, void *data, size_t length)',
  sendto: 'long sendto(int fd, void *data, size_t length, int flags, void *address, uint addressLength)',
  recvfrom: 'long recvfrom(int fd, void *data, size_t length, int flags, void *address, void *addressLength)',
  shutdown: 'int shutdown(int fd, int how)',
  close: 'int close(int fd)',
  getsockname: 'int getsockname(int fd, void *address, void *length)',
  getpeername: 'int getpeername(int fd, void *address, void *length)',
  getsockopt: 'int getsockopt(int fd, int level, int name, void *value, void *length)',
  nonBlocking: 'int fcntl(int fd, int command, ...)',
} as const

/** Winsock has no `read` and `write` for sockets: there `recv` and `send` do the same. */
const WINSOCK: Readonly<Record<keyof typeof POSIX, string>> = {
  socket: 'intptr_t socket(int domain, int type, int protocol)',
  bind: 'int bind(intptr_t fd, void *address, int length)',
  listen: 'int listen(intptr_t fd, int backlog)',
  accept: 'intptr_t accept(intptr_t fd, void *address, void *length)',
  connect: 'int connect(intptr_t fd, void *address, int length)',
  write: 'int send(intptr_t fd, void *data, int length, int flags)',
  read: 'int recv(intptr_t fd, void *data, int length, int flags)',
  sendto: 'int sendto(intptr_t fd, void *data, int length, int flags, void *address, int addressLength)',
  recvfrom:
    'int recvfrom(intptr_t fd, void *data, int length, int flags, void *address, void *addressLength)',
  shutdown: 'int shutdown(intptr_t fd, int how)',
  close: 'int closesocket(intptr_t fd)',
  getsockname: 'int getsockname(intptr_t fd, void *address, void *length)',
  getpeername: 'int getpeername(intptr_t fd, void *address, void *length)',
  getsockopt: 'int getsockopt(intptr_t fd, int level, int name, void *value, void *length)',
  nonBlocking: 'int ioctlsocket(intptr_t fd, long command, void *value)',
}

/** The system's own functions, or undefined where none can be called: an unknown system, or no helper for it. */
export function loadNative(): NativeLibrary | undefined {
  const numbers = platformNumbers(process.platform)
  const koffi = numbers && loadKoffi()
  if (!numbers || !koffi) return undefined
  const library = koffi.load(numbers.winsock ? 'ws2_32.dll' : null)
  const prototypes = Object.entries(numbers.winsock ? WINSOCK : POSIX)
  const call = Object.fromEntries(prototypes.map(([name, prototype]) => [name, library.func(prototype)]))
  const wsaLastError = numbers.winsock ? library.func('int WSAGetLastError()') : undefined
  return {
    numbers,
    call: call as NativeLibrary['call'],
    lastError: () => wsaLastError?.() ?? koffi.errno(),
  }
}

/** Beside the bundled program in an installed app, in node_modules in a checkout. */
function loadKoffi(): Koffi | undefined {
  const require = createRequire(import.meta.url)
  const beside = fileURLToPath(new URL(`./koffi-${process.platform}-${process.arch}.node`, import.meta.url))
  try {
    return require(existsSync(beside) ? beside : 'koffi') as Koffi
  } catch {
    return undefined
  }
}
