import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { CommitBatch } from './commit-batch.ts'
import { openPostFile } from './database.ts'

function open() {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-batch-'))
  const path = join(folder, 'post.db')
  const { database } = openPostFile(path, 0)
  onTestFinished(() => {
    database.close()
    rmSync(folder, { recursive: true })
  })
  const put = (domain: string) => () => void database.run('INSERT INTO domains (domain) VALUES (?)', domain)
  const domains = (): unknown[] =>
    database.all('SELECT domain FROM domains ORDER BY domain').map((row) => row['domain'])
  return { database, path, put, domains, batch: new CommitBatch(database) }
}

describe('changes of one turn', () => {
  it('are written together, and nobody is told before', async () => {
    const { batch, put, domains } = open()
    const both = Promise.all([batch.add(put('a')), batch.add(put('b'))])
    expect(domains()).toEqual([])
    await both
    expect(domains()).toEqual(['a', 'b'])
  })

  it('do not stop each other: the one that fails fails alone', async () => {
    const { batch, put, domains } = open()
    const outcomes = await Promise.allSettled([batch.add(put('a')), batch.add(put('a')), batch.add(put('b'))])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'storage-failed' } })
    expect(domains()).toEqual(['a', 'b'])
  })
})

describe('the file', () => {
  it('made by a newer version is left alone', () => {
    const { database, path } = open()
    database.exec('PRAGMA user_version = 999')
    expect(() => openPostFile(path, 0)).toThrow(expect.objectContaining({ code: 'storage-failed' }))
  })
})
