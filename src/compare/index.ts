export { Compare, type CompareInit, type RunRace } from './compare.ts'
export { createCompareRouter } from './router.ts'
