import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ShoalError } from '../base/index.ts'
import { createTestnet } from './testnet.ts'

test('a testnet that is told to end while it grows makes no further laptop and leaves nothing', async () => {
  const under = await mkdtemp(join(tmpdir(), 'shoal-testnet-test-'))
  onTestFinished(() => rm(under, { recursive: true, force: true }))
  const ending = new AbortController()
  const homes = new Set<string>()
  const enough = new ShoalError('cancelled', 'enough')
  let outcome: unknown
  void createTestnet(3, { under, signal: ending.signal }).then(
    async (testnet) => {
      await testnet.stop()
      outcome = 'grown'
    },
    (error: unknown) => (outcome = error),
  )
  while (outcome === undefined) {
    const [testnet] = await readdir(under)
    const names = testnet === undefined ? [] : await readdir(join(under, testnet)).catch(() => [])
    for (const name of names) if (name.startsWith('home-')) homes.add(name)
    if (homes.size > 0) ending.abort(enough)
  }
  expect(outcome).toBe(enough)
  expect([...homes]).toEqual(['home-1'])
  expect(await readdir(under)).toEqual([])
})
