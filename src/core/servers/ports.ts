import { isShoalError, ShoalError, systemCode } from '../../base/index.ts'
import type { PortName } from '../../contract/index.ts'
import { ANY_PORT_DRAWS, DEFAULT_PORTS, PORTS_TRIED } from './limits.ts'

/**
 * Opens something at the port a person asked for (0: any), else at the default one or the next that is free.
 * @throws ShoalError `port-taken`.
 */
export async function listenFrom<T>(
  name: PortName,
  wanted: number | undefined,
  open: (port: number) => Promise<T>,
): Promise<T> {
  const first = wanted ?? DEFAULT_PORTS[name]
  const candidates = first === 0 ? ANY_PORT_DRAWS : wanted === undefined ? PORTS_TRIED : 1
  for (let i = 0; i < candidates; i++) {
    try {
      return await open(first === 0 ? 0 : first + i)
    } catch (error) {
      if (!isPortTaken(error)) throw error
    }
  }
  throw new ShoalError('port-taken', `port ${first} (${name}) is taken`, { data: { port: first } })
}

export function isPortTaken(error: unknown): boolean {
  return systemCode(error) === 'EADDRINUSE' || isShoalError(error, 'port-taken')
}
