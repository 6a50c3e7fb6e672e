export { Mail } from './mail.ts'
export type { MailInit } from './mail.ts'
export { mailRole } from './mail-role.ts'
export { patientResolver } from './resolver.ts'
