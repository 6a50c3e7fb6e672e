import { createHash, randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Writes a file of random bytes; returns its path. */
export async function randomFile(path: string, size: number): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, randomBytes(size))
  return path
}

/** A folder with everything that a share must carry, and a symbolic link that it leaves out. */
export async function everyKindOfEntry(folder: string): Promise<string> {
  await randomFile(join(folder, 'large.bin'), 3 * 2 ** 20 + 17)
  await randomFile(join(folder, '문서', '보고서.txt'.normalize('NFC')), 70_000)
  await randomFile(join(folder, '사진'.normalize('NFD'), '바다와 하늘.jpg'.normalize('NFD')), 50_001)
  await randomFile(join(folder, 'many', 'one byte'), 1)
  for (let i = 0; i < 40; i++) await randomFile(join(folder, 'many', `small ${i}`), i * 97)
  await writeFile(join(folder, 'empty file'), '')
  await mkdir(join(folder, 'empty folder', 'inside', 'another'), { recursive: true })
  await writeFile(join(folder, 'run.sh'), '#!/bin/sh\necho shoal\n')
  await chmod(join(folder, 'run.sh'), 0o755)
  await symlink('large.bin', join(folder, 'a link'))
  return folder
}

/** What a path says about an entry: everything a share carries, and nothing else. */
export type Tree = Record<string, string>

/** Every entry below `folder` by its exact name, with kind, executable bit, size and hash. */
export async function treeOf(folder: string): Promise<Tree> {
  const tree: Tree = {}
  for (const path of (await readdir(folder, { recursive: true })).sort()) {
    const full = join(folder, path)
    const stat = await lstat(full)
    if (stat.isDirectory()) tree[path] = 'folder'
    else if (stat.isSymbolicLink()) tree[path] = 'link'
    else {
      const hash = createHash('sha256')
        .update(await readFile(full))
        .digest('hex')
      tree[path] = `${stat.mode & 0o100 ? 'program' : 'file'} ${stat.size} ${hash}`
    }
  }
  return tree
}

/** How a tree arrives: names composed, symbolic links left out. */
export function asShared(tree: Tree): Tree {
  const kept = Object.entries(tree).filter(([, what]) => what !== 'link')
  return Object.fromEntries(kept.map(([path, what]) => [path.normalize('NFC'), what]))
}
