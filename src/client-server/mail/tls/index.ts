export { loadTlsIdentity } from './identity.ts'
export type { TlsIdentityInit } from './identity.ts'
