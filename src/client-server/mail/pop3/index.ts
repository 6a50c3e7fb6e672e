export { Pop3Server } from './server.ts'
