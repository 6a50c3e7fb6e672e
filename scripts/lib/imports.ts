import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import { parseSync } from 'vite'

export interface Import {
  /** What the file says: `./clock.ts`, `node:fs`, `libp2p`. */
  readonly specifier: string
  /** A path from the root for relative imports, else undefined. */
  readonly target: string | undefined
  /** Erased when compiled. */
  readonly typeOnly: boolean
}

export interface SourceFile {
  /** From the root, with `/`. */
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
}

const SOURCE = /\.tsx?$/

/** Every TypeScript file below `folders`, with what it imports, types included. */
export function readSources(root: string, folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .map((path) => parseFile(path, readFileSync(join(root, path), 'utf8')))
}

export function parseFile(path: string, text: string): SourceFile {
  const { module, errors } = parseSync(path, text)
  if (errors.length > 0) throw new SyntaxError(`${path}: ${errors[0]!.message}`)
  const imports = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    // An import without names runs the module.
    typeOnly: entries.length > 0 && entries.every((entry) => entry.isType),
  }))
  const reexports = module.staticExports
    .flatMap(({ entries }) => entries)
    .flatMap(({ moduleRequest, isType }) =>
      moduleRequest ? [{ specifier: moduleRequest.value, typeOnly: isType }] : [],
    )
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest }) => {
    const literal = /^(['"])(.*)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end))
    return literal ? [{ specifier: literal[2]!, typeOnly: false }] : []
  })
  return {
    path,
    text,
    imports: [...imports, ...reexports, ...dynamic].map((found) => ({
      ...found,
      target: found.specifier.startsWith('.')
        ? posix.normalize(posix.join(posix.dirname(path), found.specifier))
        : undefined,
    })),
  }
}

/** A cycle of `edges` as a path whose last element is its first, or undefined. */
export function findCycle(edges: ReadonlyMap<string, Iterable<string>>): string[] | undefined {
  const done = new Set<string>()
  const path: string[] = []
  const visit = (node: string): string[] | undefined => {
    const at = path.indexOf(node)
    if (at >= 0) return [...path.slice(at), node]
    if (done.has(node)) return undefined
    path.push(node)
    for (const next of edges.get(node) ?? []) {
      const cycle = visit(next)
      if (cycle) return cycle
    }
    path.pop()
    done.add(node)
    return undefined
  }
  for (const node of edges.keys()) {
    const cycle = visit(node)
    if (cycle) return cycle
  }
  return undefined
}
