import type { Endpoint } from '../demux/index.ts'
import { errnoName, wouldBlock } from './errno.ts'
import { loadNative, type NativeLibrary } from './native.ts'
import { decodeSockaddr, encodeSockaddr, SOCKADDR_IN6_BYTES } from './sockaddr.ts'
import type { CallResult, Domain, ShutdownHow, SocketCalls, SocketType } from './types.ts'

const F_SETFL = 4
/** SHUT_RD, SHUT_WR, SHUT_RDWR are 0, 1, 2 on every system. */
const SHUTDOWN: readonly ShutdownHow[] = ['SHUT_RD', 'SHUT_WR', 'SHUT_RDWR']

/** The calls themselves, of this system's own library; undefined where it cannot be reached. */
export function systemCalls(): SocketCalls | undefined {
  const library = loadNative()
  return library && new SystemCalls(library)
}

class SystemCalls implements SocketCalls {
  readonly #library: NativeLibrary

  constructor(library: NativeLibrary) {
    this.#library = library
  }

  socket(domain: Domain, type: SocketType, protocol: number): CallResult<number> {
    const { call, numbers } = this.#library
    const family = domain === 'PF_INET' ? numbers.AF_INET : numbers.AF_INET6
    const made = this.#result(call.socket(family, numbers[type], protocol))
    return made.is === 'done' ? this.#nonBlocking(made.value) : made
  }

  bind(sockfd: number, address: Endpoint): CallResult<void> {
    const bytes = encodeSockaddr(address, this.#library.numbers)
    return nothing(this.#result(this.#library.call.bind(sockfd, bytes, bytes.length)))
  }

  listen(sockfd: number, backlog: number): CallResult<void> {
    return nothing(this.#result(this.#library.call.listen(sockfd, backlog)))
  }

  accept(sockfd: number): CallResult<{ sockfd: number; peer: Endpoint }> {
    const { address, length } = this.#addressRoom()
    const taken = this.#result(this.#library.call.accept(sockfd, address, length))
    if (taken.is !== 'done') return taken
    const made = this.#nonBlocking(taken.value)
    if (made.is !== 'done') return made
    return done({ sockfd: made.value, peer: decodeSockaddr(address, this.#library.numbers) })
  }

  connect(sockfd: number, address: Endpoint): CallResult<void> {
    const bytes = encodeSockaddr(address, this.#library.numbers)
    return nothing(this.#result(this.#library.call.connect(sockfd, bytes, bytes.length)))
  }

  connected(sockfd: number): CallResult<void> {
    const peer = this.getpeername(sockfd)
    if (peer.is === 'done') return done(undefined)
    const { call, numbers } = this.#library
    const value = new Int32Array(1)
    const asked = this.#result(
      call.getsockopt(sockfd, numbers.SOL_SOCKET, numbers.SO_ERROR, value, Uint32Array.of(4)),
    )
    if (asked.is !== 'done') return nothing(asked)
    return value[0] === 0 ? { is: 'would-block' } : { is: 'failed', errno: errnoName(value[0]!) }
  }

  write(sockfd: number, bytes: Uint8Array): CallResult<number> {
    const { call, numbers } = this.#library
    const flags = numbers.winsock ? [0] : []
    return this.#result(call.write(sockfd, bytes, bytes.length, ...flags))
  }

  read(sockfd: number, length: number): CallResult<Uint8Array> {
    const { call, numbers } = this.#library
    const room = new Uint8Array(length)
    const got = this.#result(call.read(sockfd, room, length, ...(numbers.winsock ? [0] : [])))
    return got.is === 'done' ? done(room.subarray(0, got.value)) : got
  }

  sendto(sockfd: number, bytes: Uint8Array, address: Endpoint): CallResult<number> {
    const to = encodeSockaddr(address, this.#library.numbers)
    return this.#result(this.#library.call.sendto(sockfd, bytes, bytes.length, 0, to, to.length))
  }

  recvfrom(sockfd: number, length: number): CallResult<{ bytes: Uint8Array; from: Endpoint }> {
    const room = new Uint8Array(length)
    const sender = this.#addressRoom()
    const got = this.#result(
      this.#library.call.recvfrom(sockfd, room, length, 0, sender.address, sender.length),
    )
    if (got.is !== 'done') return got
    const from = decodeSockaddr(sender.address, this.#library.numbers)
    return done({ bytes: room.subarray(0, got.value), from })
  }

  shutdown(sockfd: number, how: ShutdownHow): CallResult<void> {
    return nothing(this.#result(this.#library.call.shutdown(sockfd, SHUTDOWN.indexOf(how))))
  }

  close(sockfd: number): CallResult<void> {
    return nothing(this.#result(this.#library.call.close(sockfd)))
  }

  getsockname(sockfd: number): CallResult<Endpoint> {
    return this.#name('getsockname', sockfd)
  }

  getpeername(sockfd: number): CallResult<Endpoint> {
    return this.#name('getpeername', sockfd)
  }

  #name(which: 'getsockname' | 'getpeername', sockfd: number): CallResult<Endpoint> {
    const { address, length } = this.#addressRoom()
    const asked = this.#result(this.#library.call[which](sockfd, address, length))
    return asked.is === 'done' ? done(decodeSockaddr(address, this.#library.numbers)) : asked
  }

  #nonBlocking(sockfd: number): CallResult<number> {
    const { call, numbers } = this.#library
    const set = this.#result(
      numbers.winsock
        ? call.nonBlocking(sockfd, numbers.nonBlocking, Uint32Array.of(1))
        : call.nonBlocking(sockfd, F_SETFL, 'int', numbers.nonBlocking),
    )
    return set.is === 'done' ? done(sockfd) : set
  }

  #result(returned: number): CallResult<number> {
    if (returned >= 0) return done(returned)
    const errno = errnoName(this.#library.lastError())
    return wouldBlock(errno) ? { is: 'would-block' } : { is: 'failed', errno }
  }

  /** Room for the longest address, and for its length, which the call reads and sets. */
  #addressRoom(): { address: Uint8Array; length: Uint32Array } {
    return { address: new Uint8Array(SOCKADDR_IN6_BYTES), length: Uint32Array.of(SOCKADDR_IN6_BYTES) }
  }
}

function done<T>(value: T): CallResult<T> {
  return { is: 'done', value }
}

function nothing(result: CallResult<number>): CallResult<void> {
  return result.is === 'done' ? done(undefined) : result
}
