import { describe, expect, it } from 'vitest'
import { isErrorCode, ShoalError, toShoalError } from './errors.ts'

describe('ShoalError', () => {
  it('maps system codes and keeps the cause', () => {
    const cause = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    expect(toShoalError(cause)).toMatchObject({ code: 'disk-full', cause })
    expect(toShoalError(new Error('?'), 'storage-failed').code).toBe('storage-failed')
    expect(toShoalError('text').message).toBe('text')
  })

  it('leaves its own errors alone and tells cancelling from time running out', () => {
    const own = new ShoalError('bad-link', 'x')
    expect(toShoalError(own)).toBe(own)
    expect(toShoalError(AbortSignal.abort().reason).code).toBe('cancelled')
    expect(toShoalError(new DOMException('late', 'TimeoutError')).code).toBe('timeout')
  })

  it('knows its closed set of codes', () => {
    expect(isErrorCode('disk-full')).toBe(true)
    expect(isErrorCode('constructor')).toBe(false)
  })
})
