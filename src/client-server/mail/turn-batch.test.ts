import { describe, expect, it } from 'vitest'
import { ShoalError } from '../../base/index.ts'
import { TurnBatch } from './turn-batch.ts'

/** Doubles numbers; whatever holds a negative one fails as a whole. */
function doubling() {
  const commits: (readonly number[])[] = []
  const batch = new TurnBatch<number, number>((items) => {
    commits.push(items)
    if (items.some((item) => item < 0)) throw new Error('negative')
    return items.map((item) => item * 2)
  })
  return { batch, commits }
}

describe('what is asked for in one turn', () => {
  it('is one commit, and each is told its own result', async () => {
    const { batch, commits } = doubling()
    const both = Promise.all([batch.add(1), batch.add(2)])
    expect(commits).toEqual([])
    expect(await both).toEqual([2, 4])
    expect(commits).toEqual([[1, 2]])
  })

  it('is committed apart from what the next turn asks for', async () => {
    const { batch, commits } = doubling()
    await batch.add(1)
    await batch.add(2)
    expect(commits).toEqual([[1], [2]])
  })

  it('is tried one by one when the batch fails: the one that fails fails alone', async () => {
    const { batch, commits } = doubling()
    const outcomes = await Promise.allSettled([batch.add(1), batch.add(-1), batch.add(2)])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'storage-failed' } })
    expect(commits).toEqual([[1, -1, 2], [1], [-1], [2]])
  })

  it('fails at the first try when it is alone', async () => {
    const { batch, commits } = doubling()
    await expect(batch.add(-1)).rejects.toBeInstanceOf(ShoalError)
    expect(commits).toEqual([[-1]])
  })

  it('fails with the error it gave itself, if that is one of ours', async () => {
    const batch = new TurnBatch<number, number>(() => {
      throw new ShoalError('disk-full', 'full')
    })
    await expect(batch.add(1)).rejects.toMatchObject({ code: 'disk-full' })
  })
})

describe('flushing', () => {
  it('does at once what is waiting, and leaves nothing for the turn’s end', async () => {
    const { batch, commits } = doubling()
    const one = batch.add(1)
    batch.flush()
    expect(commits).toEqual([[1]])
    expect(await one).toBe(2)
    await new Promise((resolve) => setImmediate(resolve))
    expect(commits).toEqual([[1]])
  })
})
