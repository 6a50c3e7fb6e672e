import { describe, expect, it } from 'vitest'
import { ShoalError } from '../../../src/base/errors.ts'
import { problemOf } from './problem.ts'

describe('problemOf', () => {
  it('keeps the core’s code and facts', () => {
    const error = new ShoalError('disk-full', 'no space', { data: { path: '/x', gone: undefined } })
    expect(problemOf(error)).toEqual({ code: 'disk-full', message: 'no space', data: { path: '/x' } })
  })

  it('takes an abort for a cancellation, which nobody has to be told', () => {
    expect(problemOf(new DOMException('stop', 'AbortError')).code).toBe('cancelled')
  })

  it('takes anything else for a fault of the page', () => {
    expect(problemOf(new TypeError('x is not a function')).code).toBe('internal')
    expect(problemOf('text').message).toBe('text')
  })
})
