import { join } from 'node:path'
import { root } from './inputs.js'

/**
 * Environment in which programs keep what V8 made of their sources, types taken out: hundreds of processes and threads
 * that tests start load the same files.
 * @returns {{ NODE_COMPILE_CACHE: string }}
 */
export function compileCache() {
  return {
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(root, 'node_modules/.cache/shoal/compiled'),
  }
}
