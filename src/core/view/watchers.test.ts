import { describe, expect, it } from 'vitest'
import { Watchers } from './watchers.ts'

function counting(replaces?: (next: string, last: string) => boolean) {
  let total = 0
  const watchers = new Watchers<string>({
    start: () => [`all ${total}`],
    most: 3,
    ...(replaces && { replaces }),
  })
  const send = (event: string): void => {
    total++
    watchers.send(event)
  }
  return { watchers, send }
}

const next = async (watching: AsyncGenerator<string>): Promise<string | undefined> => {
  const { value } = (await watching.next()) as { value?: string }
  return value
}

describe('watchers', () => {
  it('are told what there is, then what happens, each at its own pace', async () => {
    const { watchers, send } = counting()
    const [quick, slow] = [watchers.watch(), watchers.watch()]
    expect([await next(quick), await next(slow)]).toEqual(['all 0', 'all 0'])
    send('a')
    expect(await next(quick)).toBe('a')
    send('b')
    expect([await next(quick), await next(slow), await next(slow)]).toEqual(['b', 'a', 'b'])
    expect(await next(watchers.watch())).toBe('all 2')
  })

  it('miss nothing that happens while they take what there is', async () => {
    const { watchers, send } = counting()
    const watching = watchers.watch()
    await next(watching)
    send('a')
    expect(await next(watching)).toBe('a')
  })

  it('that fall behind start over, and go on from there', async () => {
    const { watchers, send } = counting()
    const watching = watchers.watch()
    await next(watching)
    for (const event of ['a', 'b', 'c', 'd', 'e']) send(event)
    expect(await next(watching)).toBe('all 5')
    send('f')
    expect(await next(watching)).toBe('f')
  })

  it('are spared what something newer says as well', async () => {
    const { watchers, send } = counting((event, last) => event[0] === last[0])
    const watching = watchers.watch()
    await next(watching)
    for (const event of ['a1', 'a2', 'b1', 'a3', 'a4']) send(event)
    expect([await next(watching), await next(watching), await next(watching)]).toEqual(['a2', 'b1', 'a4'])
  })

  it('end when they are told to, and are forgotten', async () => {
    const { watchers } = counting()
    const abort = new AbortController()
    const [one, other] = [watchers.watch(abort.signal), watchers.watch()]
    await next(one)
    await next(other)
    const [ending, closing] = [one.next(), other.next()]
    abort.abort()
    expect((await ending).done).toBe(true)
    expect(watchers.size).toBe(1)
    watchers.close()
    expect((await closing).done).toBe(true)
    expect(watchers.size).toBe(0)
  })

  it('that are told to end before they begin end after what there is', async () => {
    const { watchers, send } = counting()
    const watching = watchers.watch(AbortSignal.abort())
    expect(await next(watching)).toBe('all 0')
    send('a')
    expect((await watching.next()).done).toBe(true)
  })
})
