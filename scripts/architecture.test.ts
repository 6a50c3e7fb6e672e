import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isTest, objection, zoneOf } from './lib/import-table.ts'
import { findCycle, parseFile, readSources } from './lib/imports.ts'
import { root } from './lib/inputs.js'

const MAX_LINES = 600

const all = readSources(root, ['src', 'renderer', 'electron'])
const shipped = all.filter(({ path }) => !isTest(path))

function objectionsTo(path: string, text: string): (string | undefined)[] {
  const file = parseFile(path, text)
  return file.imports.map((found) => objection(file, found))
}

describe('the import table', () => {
  it('is kept by every file, type-only imports included', () => {
    const broken = shipped.flatMap((file) =>
      file.imports.flatMap((found) => {
        const reason = objection(file, found)
        return reason === undefined ? [] : [`${file.path} → ${found.specifier}: ${reason}`]
      }),
    )
    expect(broken).toEqual([])
  })

  it.each([
    ['src/base/a.ts', `import '../content/b.ts'`, /base may not import content/],
    ['src/core/a.ts', `import type { X } from '../rpc/b.ts'`, /core may not import rpc/],
    ['src/core/a.ts', `export * from '../rpc/b.ts'`, /core may not import rpc/],
    ['src/core/a.ts', `await import('../rpc/b.ts')`, /core may not import rpc/],
    ['src/peer-to-peer/swarm/a.ts', `import '../node/b.ts'`, /swarm may not import peer-to-peer\/node/],
    ['src/peer-to-peer/swarm/a.ts', `import '../../client-server/dns/b.ts'`, /may not import client-server/],
    ['src/content/a.ts', `import 'node:fs'`, /also runs in a browser/],
    ['renderer/src/a.tsx', `import '../../src/core/b.ts'`, /renderer may not import core/],
    ['src/hosts/a.ts', `import { app } from 'electron'`, /only electron/],
    ['electron/a.ts', `import '../src/contract/b.ts'`, /takes types/],
    ['electron/a.ts', `import type { X } from '../src/core/b.ts'`, /takes types/],
    ['src/core/a.ts', `import './b.test.ts'`, /nothing imports a test/],
  ])('refuses, in %s, %s', (path, text, reason) => {
    expect(objectionsTo(path, text)).toEqual([expect.stringMatching(reason)])
  })

  it.each([
    ['src/peer-to-peer/swarm/wire/a.ts', `import '../policy.ts'`],
    ['src/core/a.ts', `import '../peer-to-peer/node/b.ts'`],
    ['src/rpc/web-socket-server.ts', `import 'node:http'`],
    ['electron/a.ts', `import type { X } from '../src/contract/b.ts'; import { app } from 'electron'`],
  ])('allows, in %s, %s', (path, text) => {
    expect(new Set(objectionsTo(path, text))).toEqual(new Set([undefined]))
  })
})

describe('cycles', () => {
  const known = new Set(shipped.map(({ path }) => path))

  it('do not exist between files', () => {
    const edges = shipped.map(({ path, imports }) => {
      const targets = imports.flatMap(({ target }) =>
        target !== undefined && known.has(target) ? [target] : [],
      )
      return [path, targets] as const
    })
    expect(findCycle(new Map(edges))).toBeUndefined()
  })

  it('do not exist between folders', () => {
    const edges = new Map<string, Set<string>>()
    for (const { path, imports } of shipped) {
      const from = edges.get(zoneOf(path)) ?? new Set()
      edges.set(zoneOf(path), from)
      for (const { target } of imports) {
        if (target !== undefined && zoneOf(target) !== zoneOf(path)) from.add(zoneOf(target))
      }
    }
    expect(findCycle(edges)).toBeUndefined()
  })

  it('are found where there are some', () => {
    const edges = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['d', ['b']],
    ])
    expect(findCycle(edges)).toEqual(['b', 'd', 'b'])
  })
})

describe('every source file', () => {
  it('imports relatively with its extension, and to a file that exists', () => {
    const paths = new Set(all.map(({ path }) => path))
    const missing = all.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => target?.match(/\.[jt]sx?$/) && !paths.has(target) && !isScript(target))
        .map(({ specifier }) => `${path} → ${specifier}`),
    )
    const bare = all.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => target !== undefined && !/\.\w+(\?\w+)?$/.test(target))
        .map(({ specifier }) => `${path} → ${specifier}`),
    )
    expect({ missing, bare }).toEqual({ missing: [], bare: [] })
  })

  it('imports packages that package.json names', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>
    }
    const declared = new Set(Object.keys(manifest.devDependencies))
    const undeclared = all.flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier, target }) => target === undefined && !/^(node|virtual):/.test(specifier))
        .filter(({ specifier }) => !declared.has(packageOf(specifier)))
        .map(({ specifier }) => `${path} → ${specifier}`),
    )
    expect(undeclared).toEqual([])
  })

  it(`has at most ${MAX_LINES} lines, or says at its top why it is long`, () => {
    const long = all
      .filter(({ text }) => text.split('\n').length > MAX_LINES)
      .filter(({ text }) => !/^(#!.*\n)?\/\/ Long because /.test(text))
    expect(long.map(({ path }) => path)).toEqual([])
  })
})

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function isScript(target: string): boolean {
  return target.startsWith('scripts/') || target.startsWith('e2e/') || target.startsWith('bench/')
}
