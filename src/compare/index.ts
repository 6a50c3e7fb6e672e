export { Compare, type CompareInit, type RunRace } from './compare.ts'
export { createComparing, type Comparing } from './create-compare.ts'
export type { LaptopsCore } from './laptops/laptops.ts'
