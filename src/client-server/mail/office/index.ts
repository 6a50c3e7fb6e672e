export { openPostFile } from './database.ts'
export { Office } from './office.ts'
export type { OfficeInit, Submission } from './office.ts'
