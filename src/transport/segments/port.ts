import { ShoalError } from '../../base/index.ts'

export const MAX_PORT = 0xffff

/** The port itself; throws `bad-usage` for what 16 bits cannot hold. */
export function checkPort(port: number): number {
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT)
    throw new ShoalError('bad-usage', 'a port is a number from 0 to 65535')
  return port
}
