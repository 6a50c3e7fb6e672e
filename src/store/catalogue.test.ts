import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { silentLogger } from '../base/index.ts'
import { Catalogue } from './catalogue.ts'
import { FIRST, type NewEntry } from './entry-table.ts'
import { tempDir } from './fixtures.ts'
import { discardShare } from './make-share.ts'

function open(path: string): Catalogue {
  const catalogue = Catalogue.open(path, 1234, silentLogger)
  onTestFinished(() => catalogue.close())
  return catalogue
}

const packed = (path: string, offset: number, size: number): NewEntry => {
  return {
    path,
    local: undefined,
    size,
    flags: 0,
    placement: { area: 'packed', offset },
    identity: undefined,
  }
}

describe('the catalogue', () => {
  it('gives the id of a share to another only when nothing of it is left', async () => {
    const catalogue = open(join(tempDir(), 'c.db'))
    const { shares, entries } = catalogue
    const many = Array.from({ length: 60_000 }, (_, i) => packed(`f${i}`, i, 1))
    const first = shares.begin('source', 'first', 1)
    shares.update(first, { cid: 'bafy' })
    catalogue.database.transaction(() => entries.insert(first, many, 0))
    const discarded = discardShare(catalogue, first)
    expect(shares.find('bafy')).toBeUndefined()
    const second = shares.begin('source', 'second', 2)
    shares.update(second, { cid: 'bafy' })
    entries.insert(second, [packed('f0', 0, 1)], 0)
    await discarded
    expect(entries.count(second)).toBe(1)
    expect(shares.all().map(({ id }) => id)).toEqual([second])
    expect([entries.count(first), shares.abandoned()]).toEqual([0, []])
  })

  it('finds again what was being forgotten when it was closed', () => {
    const path = join(tempDir(), 'c.db')
    const before = Catalogue.open(path, 0, silentLogger)
    const id = before.shares.begin('source', 'gone', 1)
    before.shares.update(id, { cid: 'bafy' })
    before.shares.release(id)
    before.close()
    expect(open(path).shares.abandoned()).toEqual([id])
  })

  it('keeps facts over a restart and finds them by prefix', () => {
    const path = join(tempDir(), 'c.db')
    const first = Catalogue.open(path, 0, silentLogger)
    for (const key of ['peer/a', 'peer/b', 'peer%', 'other']) first.facts.set(key, key.toUpperCase())
    first.facts.delete('peer/b')
    first.close()
    const again = open(path)
    expect(again.facts.keys('peer/')).toEqual(['peer/a'])
    expect(again.facts.keys('peer%')).toEqual(['peer%'])
    expect(again.facts.get('other')).toBe('OTHER')
    expect(again.facts.get('none')).toBeUndefined()
  })

  it.skipIf(process.platform === 'win32')(
    'is its owner’s alone, also in a folder that others may read',
    () => {
      const dir = tempDir()
      chmodSync(dir, 0o755)
      const catalogue = open(join(dir, 'c.db'))
      catalogue.facts.set('a', 'b')
      const modes = readdirSync(dir).map((name) => [name, statSync(join(dir, name)).mode & 0o777])
      expect(modes).toEqual([
        ['c.db', 0o600],
        ['c.db-shm', 0o600],
        ['c.db-wal', 0o600],
      ])
    },
  )

  it('keeps a damaged file aside, says so, and begins a new one', () => {
    const dir = tempDir()
    const path = join(dir, 'c.db')
    writeFileSync(path, 'this is no database, whatever its name says. '.repeat(100))
    const catalogue = open(path)
    expect(catalogue.keptAside).toBe(`${path}.damaged-1234`)
    expect(readFileSync(catalogue.keptAside!, 'utf8')).toContain('no database')
    catalogue.facts.set('a', 'b')
    expect(readdirSync(dir)).toContain('c.db')
  })

  it('keeps a file with a torn page aside', () => {
    const path = join(tempDir(), 'c.db')
    const first = Catalogue.open(path, 0, silentLogger)
    for (let i = 0; i < 2000; i++) first.facts.set(`key ${i}`, 'value '.repeat(20))
    first.close()
    const bytes = readFileSync(path)
    bytes.fill(0x5a, 8192, 8192 + 4096 * 4)
    writeFileSync(path, bytes)
    expect(open(path).keptAside).toBeDefined()
  })

  it('refuses a file of a newer version and leaves it as it is', () => {
    const path = join(tempDir(), 'c.db')
    const newer = new DatabaseSync(path)
    newer.exec('PRAGMA user_version = 999; CREATE TABLE future (x)')
    newer.close()
    expect(() => Catalogue.open(path, 0, silentLogger)).toThrow(/newer/)
    const still = new DatabaseSync(path)
    expect(still.prepare('PRAGMA user_version').get()).toEqual({ user_version: 999 })
    still.close()
  })

  it('finds the files of a chunk by one range of its key', () => {
    const { entries, database } = open(join(tempDir(), 'c.db'))
    entries.insert(1, [packed('a', 0, 10), packed('b', 10, 10), packed('c', 20, 10)], 0)
    entries.insert(2, [packed('other', 0, 30)], 0)
    const find = (begin: number, end: number): string[] => {
      return entries.inRange(1, { area: 'packed', begin, end }).map((entry) => entry.path)
    }
    expect([find(0, 10), find(5, 15), find(10, 20), find(9, 21), find(29, 30)]).toEqual([
      ['a'],
      ['a', 'b'],
      ['b'],
      ['a', 'b', 'c'],
      ['c'],
    ])
    const plan = database.all(
      'EXPLAIN QUERY PLAN SELECT path FROM entries WHERE share = 1 AND area = 1 AND start < 9',
    )
    expect(String(plan[0]?.['detail'])).toContain('PRIMARY KEY')
  })

  it('walks all entries in batches, those without bytes too', () => {
    const { entries } = open(join(tempDir(), 'c.db'))
    const hollow = { ...packed('d/', 0, 0), placement: undefined }
    const next = entries.insert(1, [packed('a', 0, 10), hollow], 0)
    entries.insert(1, [{ ...hollow, path: 'e/' }], next)
    const seen: string[] = []
    for (let at = FIRST; ;) {
      const batch = entries.after(1, at, 2)
      if (batch.entries.length === 0) break
      seen.push(...batch.entries.map((entry) => entry.path))
      at = batch.cursor
    }
    expect(seen).toEqual(['a', 'd/', 'e/'])
  })

  it('undoes a transaction that fails', () => {
    const { database, facts } = open(join(tempDir(), 'c.db'))
    const fail = (): void =>
      database.transaction(() => {
        facts.set('half', 'done')
        throw new Error('in the middle')
      })
    expect(fail).toThrow('in the middle')
    expect(facts.get('half')).toBeUndefined()
    database.transaction(() => facts.set('whole', 'done'))
    expect(facts.get('whole')).toBe('done')
  })
})
