import type { Share } from '../../contract/index.ts'

export type LeftOut = Share['leftOut']

/** One sentence about what a share does not contain, or undefined when it contains everything. */
export function leftOutSentence(leftOut: LeftOut): string | undefined {
  const counts: [number, string, string][] = [
    [leftOut.symbolicLinks, 'symbolic link', 'symbolic links'],
    [leftOut.specialFiles, 'special file', 'special files'],
    [leftOut.unportableNames, 'name that other systems cannot keep', 'names that other systems cannot keep'],
    [leftOut.unreadable, 'file that could not be read', 'files that could not be read'],
  ]
  const parts = counts.filter(([n]) => n > 0).map(([n, one, many]) => `${n} ${n === 1 ? one : many}`)
  if (parts.length === 0) return undefined
  const examples =
    leftOut.examples.length > 0 ? ` (for example ${leftOut.examples.slice(0, 3).join(', ')})` : ''
  return `Left out: ${parts.join(', ')}${examples}.`
}
