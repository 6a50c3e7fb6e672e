import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { sleep } from '../base/index.ts'
import { collectGarbage } from './garbage.ts'

it('what nobody holds is gone after a collection, and programs cannot ask for one afterwards', async () => {
  const dropped = new WeakRef(Array.from({ length: 1000 }, () => ({})))
  // A WeakRef holds what it refers to until the turn that made it has ended.
  await sleep(0)
  collectGarbage()
  expect(dropped.deref()).toBeUndefined()
  expect(runInNewContext('typeof gc')).toBe('undefined')
})
