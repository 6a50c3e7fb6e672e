/**
 * The worker's file beside the module that asks: `.ts` when run from source, `.js` when bundled (the build has an entry
 * of the same name in the same folder).
 */
export function workerUrl(name: string, moduleUrl: string): URL {
  const ending = new URL(moduleUrl).pathname.endsWith('.ts') ? '.ts' : '.js'
  return new URL(`./${name}${ending}`, moduleUrl)
}
