import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { MAY_CHANGE_FLAGS } from '../hosts/index.ts'

/**
 * Both halves of V8's young generation together. At the 2 MiB it begins with, a busy swarm is collected twenty times a
 * second, which costs a fifth of its CPU; at the 128 MiB it may grow to, a core with 200,000 files takes twice the memory.
 */
const YOUNG_BYTES = 16 * 2 ** 20

/**
 * V8 lets a heap grow to several times what is in use: here the old generation grows by half, and the young one stays once
 * it is large enough. Only the factor of its growth can be changed while a program runs.
 */
export function keepHeapSmall(): void {
  if (!MAY_CHANGE_FLAGS) return
  setFlagsFromString('--heap-growing-percent=50')
  const collections = new PerformanceObserver(() => {
    if (youngBytes() < YOUNG_BYTES) return
    setFlagsFromString('--semi-space-growth-factor=1')
    collections.disconnect()
  })
  collections.observe({ entryTypes: ['gc'] })
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? Infinity
}
