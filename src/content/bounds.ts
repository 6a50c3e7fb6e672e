/** Numbers of chunks and parts come from the network: a whole number from 0 below `count`, else RangeError. */
export function assertIndex(what: string, index: number, count: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw new RangeError(`no ${what} ${index} of ${count}`)
}
