import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/base/clock.ts'
import { seededRandom } from '../../../src/base/random.ts'
import { parseLink } from '../../../src/content/link.ts'
import { shareDetailSchema, updateSchema } from '../../../src/contract/index.ts'
import { FakeCore } from './fake-core.ts'

function setUp() {
  const clock = new VirtualClock()
  return { clock, core: new FakeCore({ clock, random: seededRandom(1), scenario: 'lively' }) }
}

describe('the made-up core', () => {
  it('says only what the contract’s schemas take', async () => {
    const { core } = setUp()
    const stop = new AbortController()
    for await (const update of await core.client.app.watch(undefined, { signal: stop.signal })) {
      expect(updateSchema.safeParse(update).error).toBeUndefined()
      break
    }
    for (const { id } of core.shares) {
      for await (const detail of await core.client.shares.detail({ id })) {
        expect(shareDetailSchema.safeParse(detail).error).toBeUndefined()
        break
      }
    }
  })

  it('offers links that the real grammar takes', () => {
    for (const { link } of setUp().core.shares) if (link) expect(() => parseLink(link)).not.toThrow()
  })

  it('finishes what it downloads', async () => {
    const { clock, core } = setUp()
    await clock.advanceAsync(200_000)
    expect(core.shares.find(({ id }) => id === 'share-1')).toMatchObject({
      state: { is: 'serving' },
      partsHeld: 1121,
    })
  })
})
