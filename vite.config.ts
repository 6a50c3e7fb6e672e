import { chmodSync, cpSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type EnvironmentOptions, type ViteBuilder } from 'vite'
import { isAlive } from './scripts/lib/ending.js'
import { hashOfInputs, root, writeStamp } from './scripts/lib/inputs.js'

const DIST = join(root, 'dist')
/** Built aside and moved into place when whole: a build that fails leaves the last one. */
const NEXT = join(root, `.dist-${process.pid}`)

/** What the four programs start from. */
const ENTRIES = {
  core: {
    shoal: 'src/cli/shoal.ts',
    utility: 'src/hosts/utility.ts',
    'part-worker': 'src/store/part-worker.ts',
    'share-worker': 'src/store/share-worker.ts',
    'socket-end': 'src/transport/lab/socket-end.ts',
    racer: 'src/compare/race/racer.ts',
    'lookups-worker': 'src/compare/lookups/lookups-worker.ts',
  },
  main: { main: 'electron/main.ts' },
  preload: { preload: 'electron/preload.ts' },
  client: { index: 'renderer/index.html' },
}

/** What the shell shows of itself. */
const ICONS = [
  ['256x256.png', 'icon.png'],
  ['tray.png', 'tray.png'],
  ['tray@2x.png', 'tray@2x.png'],
] as const

/** Exactly what each runtime brings along. Everything else is bundled: an installed app has no node_modules. */
const NODE_BUILTINS = [...builtinModules, /^node:/]
const ELECTRON_BUILTINS = [...NODE_BUILTINS, 'electron']

function entries(name: keyof typeof ENTRIES): Record<string, string> {
  return Object.fromEntries(
    Object.entries<string>(ENTRIES[name]).map(([key, path]) => [key, join(root, path)]),
  )
}

function program(options: {
  name: keyof typeof ENTRIES
  outDir: string
  builtins: (string | RegExp)[]
  target: string
  output: { format: 'es' | 'cjs'; entryFileNames: string; chunkFileNames?: string; codeSplitting?: boolean }
}): EnvironmentOptions {
  const { name, outDir, builtins, target, output } = options
  return {
    consumer: 'server',
    resolve: { noExternal: true, builtins },
    build: {
      outDir: join(NEXT, outDir),
      emptyOutDir: false,
      target,
      minify: false,
      sourcemap: true,
      ssr: true,
      copyPublicDir: false,
      rolldownOptions: { input: entries(name), output },
    },
  }
}

async function buildAll(builder: ViteBuilder): Promise<void> {
  removeAbandoned()
  try {
    await buildInto(builder)
    rmSync(DIST, { recursive: true, force: true })
    renameSync(NEXT, DIST)
  } finally {
    rmSync(NEXT, { recursive: true, force: true })
  }
}

/** What a build that was killed left behind. */
function removeAbandoned(): void {
  for (const name of readdirSync(root)) {
    const pid = /^\.dist-(\d+)$/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(root, name), { recursive: true, force: true })
  }
}

/** The socket lab's helper: native code cannot be bundled, so what npm installed for this system goes beside the core. */
function copySystemCalls(): void {
  const folder = join(root, 'node_modules/@koromix')
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const system = name.replace('koffi-', '')
    const from = join(folder, name, system.replaceAll('-', '_'), 'koffi.node')
    if (existsSync(from)) cpSync(from, join(NEXT, 'core', `koffi-${system}.node`))
  }
}

async function buildInto(builder: ViteBuilder): Promise<void> {
  const hash = hashOfInputs()
  for (const name of Object.keys(ENTRIES)) await builder.build(builder.environments[name]!)
  for (const [from, to] of ICONS) cpSync(join(root, 'build/icons', from), join(NEXT, 'electron/icons', to))
  copySystemCalls()
  // The core's folder is also run by path, outside the package that would say how to read `.js`.
  writeFileSync(join(NEXT, 'core/package.json'), '{ "type": "module" }\n')
  chmodSync(join(NEXT, 'core/shoal.js'), 0o755)
  writeStamp(NEXT, hash)
}

export default defineConfig({
  root: join(root, 'renderer'),
  // Relative, for `app://` and for the core's own listener alike.
  base: './',
  plugins: [react()],
  logLevel: 'warn',
  builder: { buildApp: buildAll },
  environments: {
    core: program({
      name: 'core',
      outDir: 'core',
      builtins: NODE_BUILTINS,
      target: 'node24',
      // Flat, so that a worker's file is found beside whichever chunk starts it.
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    }),
    main: program({
      name: 'main',
      outDir: 'electron',
      builtins: ELECTRON_BUILTINS,
      target: 'node24',
      output: { format: 'es', entryFileNames: '[name].js', codeSplitting: false },
    }),
    // A sandboxed preload must be CommonJS in one file.
    preload: program({
      name: 'preload',
      outDir: 'electron',
      builtins: ELECTRON_BUILTINS,
      target: 'node24',
      output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
    }),
    client: {
      build: {
        outDir: join(NEXT, 'renderer'),
        emptyOutDir: false,
        // The page's policy has no `data:` scripts or styles, so nothing is inlined.
        assetsInlineLimit: 0,
        sourcemap: false,
        // Loaded from this machine's own disk.
        chunkSizeWarningLimit: 4_000,
        rolldownOptions: { input: entries('client') },
      },
    },
  },
})
