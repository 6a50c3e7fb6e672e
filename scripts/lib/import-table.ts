import type { Import, SourceFile } from './imports.ts'

/**
 * Who may import whom. A folder not named as a key may import nothing; `peer-to-peer` and `client-server` stand for each of
 * their sub-folders, which do not know each other: they meet in `core`.
 */
const PRODUCT = ['peer-to-peer', 'client-server'] as const
const BELOW_CORE = ['base', 'theory', 'content', 'contract', 'store', 'transport', ...PRODUCT] as const

export const IMPORT_TABLE: Readonly<Record<string, readonly string[]>> = {
  base: [],
  theory: ['base'],
  content: ['base'],
  contract: ['base'],
  rpc: ['base'],
  store: ['base', 'content'],
  transport: ['base', 'content'],
  'peer-to-peer': ['base', 'content', 'store', 'transport'],
  'client-server': ['base', 'content', 'store', 'transport'],
  core: BELOW_CORE,
  compare: [...BELOW_CORE, 'core'],
  hosts: ['base', 'contract', 'rpc', 'core', 'compare'],
  cli: ['base', 'content', 'contract', 'rpc', 'hosts'],
  renderer: ['base', 'theory', 'content', 'contract', 'rpc'],
  electron: [],
}

/** Type-checked with the browser's library set too: no `node:` modules. */
const FOR_BROWSERS = ['base', 'theory', 'content', 'contract', 'rpc', 'renderer']
const NODE_ONLY_FILES = /^src\/rpc\/web-socket-server/
/** The shell shares shapes with the core, never code. */
const TYPES_FOR_ELECTRON = /^src\/(contract\/|hosts\/shell-protocol\.ts$)/

/** `src/peer-to-peer/swarm/wire/hello.ts` → `peer-to-peer/swarm`; `renderer/src/app.tsx` → `renderer`. */
export function zoneOf(path: string): string {
  const [first, second, third, fourth] = path.split('/')
  if (first !== 'src') return first!
  const nested = (PRODUCT as readonly string[]).includes(second!)
  return nested && fourth !== undefined ? `${second}/${third}` : second!
}

const folderOf = (zone: string): string => zone.split('/')[0]!

/** Who says which version this is. */
const SAYS_VERSION = ['hosts', 'cli']
const MANIFEST = 'package.json'

/** Tests and what only tests use. They may reach across folders to see several work together; what is shipped may not. */
const TEST_FILE = /\.(test|spec|soak)\.tsx?$|(^|\/)test-[^/]+\.tsx?$|\/testing\//

export function isTest(path: string): boolean {
  return TEST_FILE.test(path)
}

/** What is wrong with one import of one file, or undefined. */
export function objection(file: SourceFile, found: Import): string | undefined {
  const zone = zoneOf(file.path)
  const folder = folderOf(zone)
  if (found.target !== undefined) return objectionToFile(file.path, found, zoneOf(found.target))
  if (found.specifier === 'electron' && folder !== 'electron') return 'only electron/ imports electron'
  const forBrowsers = FOR_BROWSERS.includes(folder) && !NODE_ONLY_FILES.test(file.path)
  if (forBrowsers && found.specifier.startsWith('node:')) return `${folder} also runs in a browser`
  return undefined
}

function objectionToFile(path: string, found: Import, other: string): string | undefined {
  const zone = zoneOf(path)
  const target = found.target!
  if (isTest(target)) return 'nothing imports a test'
  if (zone === other || (target === MANIFEST && SAYS_VERSION.includes(zone))) return undefined
  if (zone === 'electron') {
    return found.typeOnly && TYPES_FOR_ELECTRON.test(target)
      ? undefined
      : 'electron/ takes types of the contract'
  }
  const allowed = IMPORT_TABLE[folderOf(zone)] ?? []
  const sibling = folderOf(zone) === folderOf(other)
  return !sibling && allowed.includes(folderOf(other)) ? undefined : `${zone} may not import ${other}`
}
