/** Numbers the headers of each system give the names of the socket interface. */
export interface PlatformNumbers {
  readonly AF_INET: number
  readonly AF_INET6: number
  readonly SOCK_STREAM: number
  readonly SOCK_DGRAM: number
  readonly SOL_SOCKET: number
  readonly SO_ERROR: number
  /** BSD's addresses begin with their own length. */
  readonly addressHasLength: boolean
  readonly winsock: boolean
  /** For `fcntl(F_SETFL)`; FIONBIO for Winsock's `ioctlsocket`. */
  readonly nonBlocking: number
}

const LINUX: PlatformNumbers = {
  AF_INET: 2,
  AF_INET6: 10,
  SOCK_STREAM: 1,
  SOCK_DGRAM: 2,
  SOL_SOCKET: 1,
  SO_ERROR: 4,
  addressHasLength: false,
  winsock: false,
  nonBlocking: 0o4000,
}

const BSD = { SOL_SOCKET: 0xffff, SO_ERROR: 0x1007 } as const

const DARWIN: PlatformNumbers = {
  ...LINUX,
  ...BSD,
  AF_INET6: 30,
  addressHasLength: true,
  nonBlocking: 4,
}

const WINDOWS: PlatformNumbers = {
  ...LINUX,
  ...BSD,
  AF_INET6: 23,
  winsock: true,
  nonBlocking: 0x8004667e | 0,
}

/** The numbers of a system, or undefined for one we do not know. */
export function platformNumbers(platform: NodeJS.Platform): PlatformNumbers | undefined {
  if (platform === 'linux') return LINUX
  if (platform === 'darwin') return DARWIN
  if (platform === 'win32') return WINDOWS
  return undefined
}
