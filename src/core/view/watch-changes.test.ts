import { describe, expect, it } from 'vitest'
import { Emitter } from '../../base/index.ts'
import { watchChanges } from './watch-changes.ts'

/** Two changes of which only the second shows; how many views are told. */
async function told(options?: { everyChange: boolean }): Promise<number[]> {
  const events = new Emitter<{ changed: void }>()
  const ending = new AbortController()
  let shown = 1
  const views: number[] = []
  const watching = (async () => {
    for await (const view of watchChanges(events, () => shown, ending.signal, options)) views.push(view)
  })()
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  await turn()
  events.emit('changed', undefined)
  await turn()
  shown = 2
  events.emit('changed', undefined)
  await turn()
  ending.abort()
  await watching
  return views
}

describe('watching changes', () => {
  it('tells what is, and after that only what shows', async () => {
    expect(await told()).toEqual([1, 2])
  })

  it('tells every change where something hangs on it that is not shown', async () => {
    expect(await told({ everyChange: true })).toEqual([1, 1, 2])
  })
})
