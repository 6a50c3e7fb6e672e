export type { CoreConfig, Shell } from './config.ts'
export { Core, createCore } from './core.ts'
export type { Router } from './api/router.ts'
export { createTestnet, type TestLaptop } from './testnet.ts'
