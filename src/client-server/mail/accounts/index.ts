export { AccountBook } from './accounts.ts'
export type { AccountsInit } from './accounts.ts'
