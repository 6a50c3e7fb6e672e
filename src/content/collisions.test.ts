import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isShoalError } from '../base/errors.ts'
import { CollisionChecker } from './collisions.ts'
import { MAX_FOLDERS } from './limits.ts'
import { collisionKey, isFolderPath, partsOfPath } from './names.ts'
import { comparePaths } from './order.ts'

/** Paths in byte order; answers which were refused. */
function refused(paths: string[]): string[] {
  const checker = new CollisionChecker()
  return paths.toSorted(comparePaths).filter((path) => !checker.add(path))
}

describe('two paths collide when', () => {
  test.each([
    ['they differ by case', ['README', 'readme'], ['readme']],
    ['they are apart in byte order', ['A', 'B', 'Z', 'a'], ['a']],
    ['their folders differ by case', ['A/x', 'a/y'], ['a/y']],
    ['a folder deep inside differs by case', ['p/q/A/x', 'p/q/B/x', 'p/q/a/y'], ['p/q/a/y']],
    ['one is a file and the other needs it as a folder', ['a', 'a/b'], ['a/b']],
    ['other names sort between the file and the folder', ['a', 'a-', 'a.txt', 'a/b'], ['a/b']],
    ['a file and a folder differ by case', ['A', 'a/b'], ['a/b']],
    ['a folder comes before the file', ['A/b', 'a'], ['a']],
    ['a folder is called empty and is not', ['a/', 'a/b'], ['a/b']],
    ['a file is also an empty folder', ['a', 'a/'], ['a/']],
    ['they are the same', ['a', 'a'], ['a']],
    [
      'long names differ by case at the end',
      [`${'x'.repeat(60)}A`, `${'x'.repeat(60)}a`],
      [`${'x'.repeat(60)}a`],
    ],
  ])('%s', (_, paths, expected) => {
    expect(refused(paths)).toEqual(expected)
  })
})

test('names in different folders, or with a shared beginning, do not collide', () => {
  expect(refused(['a/x', 'b/X', 'b/y/x', 'a-', 'ab', 'abc/a', 'c/', 'c-/c'])).toEqual([])
})

test('long names that differ only at the end, where no case is, do not collide', () => {
  expect(refused(['1', '2', '3'].map((end) => 'x'.repeat(200) + end))).toEqual([])
})

test('a refused path changes nothing: the ones after it are judged as if it had not been there', () => {
  expect(refused(['A/x', 'a/x', 'a/y', 'b', 'c/x'])).toEqual(['a/x', 'a/y'])
})

/** The same rule over all paths at once: every prefix has one spelling and is either a file or a folder. */
function collides(paths: string[]): boolean {
  const seen = new Map<string, string>()
  for (const path of paths) {
    const parts = partsOfPath(path)
    for (let i = 1; i <= parts.length; i++) {
      const key = parts.slice(0, i).map(collisionKey).join('/')
      const isLeaf = i === parts.length
      const what = `${parts.slice(0, i).join('/')} ${isLeaf ? 'leaf' : 'folder'}`
      if (seen.has(key) && (isLeaf || seen.get(key) !== what)) return true
      seen.set(key, what)
    }
  }
  return false
}

test('finds exactly the collisions that a look at all paths at once finds', () => {
  const part = fc.constantFrom(
    'a',
    'A',
    'b',
    'é',
    'É',
    'a-',
    'a.x',
    'ß',
    'SS',
    `${'y'.repeat(60)}Z`,
    `${'Y'.repeat(60)}z`,
  )
  const path = fc
    .array(part, { minLength: 1, maxLength: 4 })
    .chain((parts) => fc.constantFrom(parts.join('/'), `${parts.join('/')}/`))
  let colliding = 0
  fc.assert(
    fc.property(fc.array(path, { maxLength: 6 }), (paths) => {
      const expected = collides(paths)
      if (expected) colliding++
      expect(refused(paths).length > 0).toBe(expected)
    }),
    { numRuns: 3000 },
  )
  expect(colliding).toBeGreaterThan(300)
})

test('paths that imply more folders than a disk should bear are refused', () => {
  const checker = new CollisionChecker()
  const tail = '/d'.repeat(400)
  const flood = () => {
    for (let i = 0; i <= MAX_FOLDERS / 400; i++) checker.add(`${String(i).padStart(6, '0')}${tail}/x`)
  }
  let thrown: unknown
  try {
    flood()
  } catch (error) {
    thrown = error
  }
  expect(isShoalError(thrown, 'too-large')).toBe(true)
})

test('an empty folder counts as a leaf of its parent', () => {
  expect(isFolderPath('a/')).toBe(true)
  expect(refused(['a/b/', 'a/b/c'])).toEqual(['a/b/c'])
})
