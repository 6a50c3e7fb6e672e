import type { TFunction } from 'i18next'
import type { LabEndView } from '../../../../src/contract/index.ts'

/** What a process of the lab is called. */
export function endName({ id, role }: Pick<LabEndView, 'id' | 'role'>, t: TFunction): string {
  if (role === 'server') return t('sockets.lab.serverName')
  const number = /-(\d+)$/.exec(id)?.[1]
  return number ? t('sockets.lab.clientNumbered', { number }) : t('sockets.lab.clientName')
}

const KNOWN_ERRORS = [
  'EADDRINUSE',
  'EADDRNOTAVAIL',
  'EACCES',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'EMSGSIZE',
  'ENOTCONN',
  'EISCONN',
  'EINVAL',
  'EOPNOTSUPP',
  'EDESTADDRREQ',
  'EPROTONOSUPPORT',
  'ETIMEDOUT',
  'ENETUNREACH',
  'EHOSTUNREACH',
] as const

/** A system's error in words. */
export function errnoText(errno: string, t: TFunction): string {
  const known = KNOWN_ERRORS.find((name) => name === errno)
  return known ? t(`sockets.errno.${known}`) : t('sockets.errno.other')
}
