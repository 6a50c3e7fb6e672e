export { shapeProcess, type ShapedProcess } from './shape-process.ts'
export type { Air, LinkCounters, LinkSpec } from './types.ts'
