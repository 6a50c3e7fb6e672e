import { readdirSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLogger, ShoalError, type LogRecord } from '../base/index.ts'
import { collectGarbage } from './garbage.ts'
import { PRACTICE_LAPTOPS } from './limits.ts'
import { practise, practiseAtRest } from './practice.ts'

const limits = vi.hoisted(() => ({ deadlineMs: 30_000 }))

vi.mock(import('./garbage.ts'), { spy: true })
vi.mock(import('./limits.ts'), async (original) => ({
  ...(await original()),
  get PRACTICE_DEADLINE_MS() {
    return limits.deadlineMs as 30_000
  },
}))

describe('practice', () => {
  let home: string
  let said: LogRecord[]
  const log = createLogger((record) => said.push(record))

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'shoal-practice-'))
    said = []
    limits.deadlineMs = 30_000
  })
  afterEach(async () => {
    vi.mocked(collectGarbage).mockReset()
    await rm(home, { recursive: true, force: true })
  })

  /** How many laptops were there at each collection of garbage. */
  function laptopsAtCollections(): readonly number[] {
    const laptops: number[] = []
    vi.mocked(collectGarbage).mockImplementation(() => {
      laptops.push(readdirSync(testnetFolder()).filter((name) => name.startsWith('home-')).length)
    })
    return laptops
  }

  function testnetFolder(): string {
    const [testnet = ''] = readdirSync(join(home, 'practice'))
    return join(home, 'practice', testnet)
  }

  it('passes a file round and leaves nothing, not even what a crash had left', async () => {
    await mkdir(join(home, 'practice', 'shoal-testnet-old'), { recursive: true })
    await writeFile(join(home, 'practice', 'shoal-testnet-old', 'part'), 'x')
    await practise({ home, log, signal: new AbortController().signal })
    expect(readdirSync(home)).toEqual([])
    expect(said).toEqual([])
  })

  it('frees what it left once, before its laptops go and the code compiled for them with them', async () => {
    const laptops = laptopsAtCollections()
    await practise({ home, log, signal: new AbortController().signal })
    expect(laptops).toEqual([PRACTICE_LAPTOPS])
  })

  it('keeps what it compiled when its time is up half-way', async () => {
    const laptops = laptopsAtCollections()
    limits.deadlineMs = 1
    await practise({ home, log, signal: new AbortController().signal })
    expect(said.map(({ message }) => message)).toEqual(['practice ended early'])
    expect(laptops).toEqual([PRACTICE_LAPTOPS])
  })

  it('ends when it is told to, as it would have ended by itself', async () => {
    const ending = new AbortController()
    const practice = practise({ home, log, signal: ending.signal })
    setTimeout(() => ending.abort(new ShoalError('cancelled', 'enough')), 50)
    await practice
    expect(readdirSync(home)).toEqual([])
    expect(said.map(({ message }) => message)).toEqual(['practice ended early'])
  })

  it('does not tidy up the memory of a process that is told to end', async () => {
    const ending = new AbortController()
    const practice = practise({ home, log, signal: ending.signal })
    await vi.waitFor(() => expect(readdirSync(join(testnetFolder(), 'home-1'))).toContain('practice.bin'), {
      timeout: 20_000,
    })
    ending.abort(new ShoalError('cancelled', 'enough'))
    await practice
    expect(collectGarbage).not.toHaveBeenCalled()
  })

  it('fails nobody when there is no room for it', async () => {
    await writeFile(join(home, 'file'), '')
    await practise({ home: join(home, 'file'), log, signal: new AbortController().signal })
    expect(said.map(({ message }) => message)).toEqual(['practice ended early'])
  })

  it('is not for those who have something to do', async () => {
    await mkdir(join(home, 'practice'))
    await practiseAtRest({ home, log, isBusy: () => true, signal: new AbortController().signal })
    expect(readdirSync(home)).toEqual(['practice'])
  })
})
