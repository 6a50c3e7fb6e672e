export * from './distribution-time.ts'
export * from './look-ups.ts'
