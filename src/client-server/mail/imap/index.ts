export { ImapServer } from './server.ts'
