import { describe, expect, it } from 'vitest'
import { ShoalError } from '../../base/index.ts'
import { fakeContext } from '../fake-core.ts'
import { run } from '../run.ts'

const problem = { code: 'declined', message: 'they take no messages from this laptop', data: {} }

describe('shoal message', () => {
  it('says delivered once the note is there, and ends with exit code 0', async () => {
    const { context, events, calls } = fakeContext({ states: [] })
    expect(await run(['message', 'Bob', '안녕', '--json'], context)).toBe(0)
    expect(events()).toEqual([{ event: 'delivered', peerId: '12D3KooBob' }])
    expect(calls).toEqual([
      { name: 'tell', input: { to: 'Bob', text: '안녕', waitMs: 15_000 } },
      { name: 'close', input: undefined },
    ])
  })

  it.each([
    ['was refused', { is: 'undeliverable', problem }, 'declined'],
    ['found nobody', new ShoalError('peer-unreachable', 'nobody called "Bob"'), 'peer-unreachable'],
    ['found nobody in time', new ShoalError('timeout', 'no answer'), 'timeout'],
  ])('says undeliverable when it %s: exit code 1, one line', async (_, tell, code) => {
    const { context, events, written } = fakeContext({ states: [], tell })
    expect(await run(['message', 'Bob', 'hi', '--json'], context)).toBe(1)
    expect(events()).toMatchObject([{ event: 'undeliverable', code }])
    expect(written.err.trim().split('\n')).toHaveLength(1)
  })

  it('waits as long as it is told', async () => {
    const { context, calls } = fakeContext({ states: [] })
    await run(['message', 'Bob', 'hi', '--timeout', '2.5'], context)
    expect(calls[0]?.input).toMatchObject({ waitMs: 2_500 })
  })

  it('takes a name that two laptops have for bad usage', async () => {
    const { context } = fakeContext({
      states: [],
      tell: new ShoalError('bad-usage', '2 laptops are called "Bob"'),
    })
    expect(await run(['message', 'Bob', 'hi'], context)).toBe(2)
  })

  it.each([
    [['Bob']],
    [['Bob', ' ']],
    [['', 'hi']],
    [['Bob', 'hi', 'there']],
    [['Bob', 'hi', '--timeout', 'soon']],
  ])('with %j is bad usage', async (rest) => {
    const { context, calls } = fakeContext({ states: [] })
    expect(await run(['message', ...rest], context)).toBe(2)
    expect(calls.filter(({ name }) => name === 'tell')).toEqual([])
  })

  it('ends with 130 when it is interrupted', async () => {
    const { context, interrupt } = fakeContext({
      states: [],
      tell: new ShoalError('cancelled', 'interrupted'),
    })
    interrupt.abort()
    expect(await run(['message', 'Bob', 'hi'], context)).toBe(130)
  })
})
