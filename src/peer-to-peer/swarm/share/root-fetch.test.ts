import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../base/index.ts'
import type { StoredShare } from '../../../store/types.ts'
import type { Link } from '../link/link.ts'
import { ROOT_TIMEOUT_MS } from '../limits.ts'
import { RootFetch } from './root-fetch.ts'

function member(peer: string, hasRoot: boolean): { link: Link; asked: () => number } {
  let asked = 0
  const phase = { is: 'active', introduction: { hasRoot } }
  const link = { peer, isOpen: true, phase, send: () => asked++ } as unknown as Link
  return { link, asked: () => asked }
}

function setUp() {
  const clock = new VirtualClock()
  const links: Link[] = []
  const share = { root: undefined } as unknown as StoredShare
  const fetch = new RootFetch({
    share,
    clock,
    links: () => links,
    onHostile: () => {},
    onUnusable: () => {},
  })
  const introduce = (link: Link): void => {
    links.push(link)
    fetch.introduced(link)
  }
  return { clock, fetch, introduce }
}

describe('the root', () => {
  it('is asked of the next one at once when who was asked in the hello has none either', () => {
    const { fetch, introduce } = setUp()
    const receiver = member('receiver', false)
    const source = member('source', true)
    expect(fetch.claim('receiver')).toBe(true)
    introduce(source.link)
    expect(source.asked()).toBe(0)
    introduce(receiver.link)
    expect(source.asked()).toBe(1)
    expect(receiver.asked()).toBe(0)
  })

  it('is waited for from who was asked in the hello and has it, for a while', () => {
    const { clock, fetch, introduce } = setUp()
    const [first, second] = [member('first', true), member('second', true)]
    fetch.claim('first')
    introduce(first.link)
    introduce(second.link)
    expect([first.asked(), second.asked()]).toEqual([0, 0])
    clock.advance(ROOT_TIMEOUT_MS)
    expect(first.asked() + second.asked()).toBe(1)
  })
})
