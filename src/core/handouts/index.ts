export { Handouts } from './handouts.ts'
export type { HandedOut } from './handouts.ts'
