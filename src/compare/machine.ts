import { cpus } from 'node:os'
import type { Machine } from '../contract/index.ts'

/** The machine this runs on, as results tell it. */
export function machineOf(version: string): Machine {
  const processors = cpus()
  const processor = processors[0]?.model ?? 'unknown'
  return { platform: process.platform, cores: processors.length, processor, version }
}
