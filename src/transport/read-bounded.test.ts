import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { readBounded } from './read-bounded.ts'

describe('what is read to its end', () => {
  it('comes whole, up to the bound', async () => {
    const source = new PassThrough()
    for (const piece of ['ab', '', 'c']) source.write(piece)
    source.end('d')
    expect(String(await readBounded(source, 4))).toBe('abcd')
    expect((await readBounded(new PassThrough().end(), 0)).length).toBe(0)
  })

  it('beyond the bound is refused while it still comes, and its source is closed', async () => {
    const source = new PassThrough()
    source.write('abc')
    source.write('de')
    await expect(readBounded(source, 4)).rejects.toMatchObject({ code: 'too-large' })
    expect(source.destroyed).toBe(true)
  })
})
