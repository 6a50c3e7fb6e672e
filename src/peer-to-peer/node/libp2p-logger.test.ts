import { describe, expect, it } from 'vitest'
import { libp2pLogger } from './libp2p-logger.ts'

describe("the library's logger", () => {
  it('is one for all, and says nothing', () => {
    const log = libp2pLogger({}).forComponent('libp2p')
    expect(log.enabled).toBe(false)
    expect(log.newScope('stream').newScope('identify')).toBe(log)
    expect([log('a'), log.trace('b'), log.error('c')]).toEqual([undefined, undefined, undefined])
  })

  it('is its own where DEBUG asks for it', () => {
    const log = libp2pLogger({ DEBUG: 'libp2p*' }).forComponent('libp2p')
    expect(log.newScope('stream')).not.toBe(log)
  })
})
