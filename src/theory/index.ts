export * from './distribution-time.ts'
