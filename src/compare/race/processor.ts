import { cpus } from 'node:os'

/** What the processor of this machine did: busy and all core-milliseconds since it was switched on. */
export interface ProcessorTimes {
  readonly busy: number
  readonly all: number
}

export function processorTimes(): ProcessorTimes {
  let busy = 0
  let all = 0
  for (const { times } of cpus()) {
    const used = times.user + times.nice + times.sys + times.irq
    busy += used
    all += used + times.idle
  }
  return { busy, all }
}

/** 0 … 1; where the system tells nothing, 0. */
export function busyShare(from: ProcessorTimes, to: ProcessorTimes): number {
  const all = to.all - from.all
  return all <= 0 ? 0 : Math.min(1, Math.max(0, (to.busy - from.busy) / all))
}
