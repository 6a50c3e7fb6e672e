import { setFlagsFromString } from 'node:v8'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compiledAtOnce } from './baseline.ts'

type Code = (a: number) => number

describe('code that runs while all is compiled at once', () => {
  let isCompiled: (code: Code) => boolean

  beforeEach(() => {
    setFlagsFromString('--allow-natives-syntax')
    // oxlint-disable-next-line typescript/no-implied-eval -- V8's own functions are no JavaScript
    isCompiled = new Function('code', 'return %ActiveTierIsSparkplug(code)') as (code: Code) => boolean
  })
  afterEach(() => setFlagsFromString('--no-allow-natives-syntax'))

  const runOnce = (n: number): Code => {
    // oxlint-disable-next-line typescript/no-implied-eval -- a function that V8 has not seen
    const code = new Function('a', `return a + ${n}`) as Code
    code(1)
    return code
  }

  it('is compiled after one call', async () => {
    const code = await compiledAtOnce(async () => runOnce(1))
    expect(isCompiled(code)).toBe(true)
  })

  it('is what ran in between, and nothing before or after', async () => {
    const before = runOnce(2)
    await compiledAtOnce(async () => runOnce(3))
    expect([before, runOnce(4)].map(isCompiled)).toEqual([false, false])
  })

  it('ends also when the work fails', async () => {
    const failed = compiledAtOnce(() => Promise.reject(new Error('no')))
    await expect(failed).rejects.toThrow('no')
    expect(isCompiled(runOnce(5))).toBe(false)
  })
})
