import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type EnvironmentOptions, type ViteBuilder } from 'vite'
import { hashOfInputs, root, writeStamp } from './scripts/lib/inputs.js'

/** What the four programs start from. */
const ENTRIES = {
  core: {
    shoal: 'src/cli/shoal.ts',
    utility: 'src/hosts/utility.ts',
    'part-worker': 'src/store/part-worker.ts',
  },
  main: { main: 'electron/main.ts' },
  preload: { preload: 'electron/preload.ts' },
  client: { index: 'renderer/index.html' },
}

/** Exactly what each runtime brings along. Everything else is bundled: an installed app has no node_modules. */
const NODE_BUILTINS = [...builtinModules, /^node:/]
const ELECTRON_BUILTINS = [...NODE_BUILTINS, 'electron']

function entries(name: keyof typeof ENTRIES): Record<string, string> {
  const all = Object.entries<string>(ENTRIES[name]).map(([key, path]) => [key, join(root, path)] as const)
  return Object.fromEntries(
    all.filter(([, path]) => existsSync(path) && existsSync(path.replace('shoal.ts', 'main.ts'))),
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
      outDir: join(root, outDir),
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
  const hash = hashOfInputs()
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  for (const [name, environment] of Object.entries(builder.environments)) {
    if (!(name in ENTRIES) || Object.keys(entries(name as keyof typeof ENTRIES)).length === 0) continue
    await builder.build(environment)
  }
  // The core's folder is also run by path, outside the package that would say how to read `.js`.
  mkdirSync(join(root, 'dist/core'), { recursive: true })
  writeFileSync(join(root, 'dist/core/package.json'), '{ "type": "module" }\n')
  if (existsSync(join(root, 'dist/core/shoal.js'))) chmodSync(join(root, 'dist/core/shoal.js'), 0o755)
  writeStamp(hash)
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
      outDir: 'dist/core',
      builtins: NODE_BUILTINS,
      target: 'node24',
      // Flat, so that a worker's file is found beside whichever chunk starts it.
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    }),
    main: program({
      name: 'main',
      outDir: 'dist/electron',
      builtins: ELECTRON_BUILTINS,
      target: 'node24',
      output: { format: 'es', entryFileNames: '[name].js', codeSplitting: false },
    }),
    // A sandboxed preload must be CommonJS in one file.
    preload: program({
      name: 'preload',
      outDir: 'dist/electron',
      builtins: ELECTRON_BUILTINS,
      target: 'node24',
      output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
    }),
    client: {
      build: {
        outDir: join(root, 'dist/renderer'),
        emptyOutDir: false,
        // The page's policy has no `data:` scripts or styles, so nothing is inlined.
        assetsInlineLimit: 0,
        sourcemap: false,
        rolldownOptions: { input: entries('client') },
      },
    },
  },
})
