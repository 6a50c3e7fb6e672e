import { readFileSync, writeFileSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Writes docs/LIMITS.md from every `limits.ts`: one table a folder, the reason beside each number. */

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
export const LIMITS_PAGE = join(ROOT, 'docs', 'LIMITS.md')

const HEAD = `# Limits

Whatever comes from a network is bounded before it is parsed. Every bound is a named constant in its folder's \`limits.ts\`;
this page is made from them by \`node scripts/limits-doc.ts\`, and a test keeps it true.
`

interface Limit {
  name: string
  value: string
  reason: string
}

/** The exported constants of one file with the comment above each. */
export function limitsOf(source: string): Limit[] {
  const pattern =
    /((?:^[ \t]*(?:\/\/.*|\/\*\*[\s\S]*?\*\/)[ \t]*\n)*)^export const ([A-Z][A-Z0-9_]*)(?::[^=]+)? = ([\s\S]+?)\n(?=\n|\/|export|$)/gm
  const limits = [...source.matchAll(pattern)].map(([, comment = '', name = '', value = '']) => ({
    name,
    value: value
      .split('//')[0]!
      .replace(/ as const$/, '')
      .trim()
      .replace(/\s+/g, ' '),
    reason: plain(comment) || plain(/\/\/.*$/.exec(value)?.[0] ?? ''),
  }))
  // Constants under one comment share it.
  limits.forEach((limit, i) => (limit.reason ||= limits[i - 1]?.reason ?? ''))
  return limits
}

function plain(comment: string): string {
  const words = comment.replace(/^\s*(\/\*\*|\*\/|\/\/|\*(?!\/))/gm, '').replace(/\*\/\s*$/gm, '')
  return words.replace(/\s+/g, ' ').trim().replaceAll('|', '\\|')
}

/** The page as it should be now. */
export function limitsPage(): string {
  const files = globSync('src/**/limits.ts', { cwd: ROOT })
    .map((file) => file.replaceAll('\\', '/'))
    .toSorted()
  const tables = files.map((file) => {
    const rows = limitsOf(readFileSync(join(ROOT, file), 'utf8'))
    const lines = rows.map(
      ({ name, value, reason }) => `| \`${name}\` | \`${value.replaceAll('|', '\\|')}\` | ${reason} |`,
    )
    return `\n## ${file.replace('/limits.ts', '')}\n\n| limit | value | why |\n|---|---|---|\n${lines.join('\n')}\n`
  })
  return HEAD + tables.join('')
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(LIMITS_PAGE, limitsPage())
