import type { ErrorEvent } from '@orpc/client'
import { describe, expect, it } from 'vitest'
import { ShoalError } from '../base/errors.ts'
import { EventStream } from './event-stream.ts'
import { EVENT_WINDOW } from './limits.ts'

function streamAndReports() {
  const reports: (number | 'left')[] = []
  const stream = new EventStream({
    consumed: (events) => reports.push(events),
    left: () => reports.push('left'),
  })
  return { stream, reports }
}

const value = (n: number): IteratorResult<unknown> => ({ done: false, value: n })
const DONE = { done: true, value: undefined }

describe('the events of a call', () => {
  it('take no more than the window unread, and say so', () => {
    const { stream } = streamAndReports()
    for (let n = 0; n < EVENT_WINDOW; n++) expect(stream.push('message', n)).toBe(true)
    expect(stream.push('message', EVENT_WINDOW)).toBe(false)
  })

  it('give credit back as they are read, not as they arrive', async () => {
    const { stream, reports } = streamAndReports()
    for (let n = 0; n < EVENT_WINDOW; n++) stream.push('message', n)
    expect(reports).toEqual([])
    for (let n = 0; n < EVENT_WINDOW; n++) expect(await stream.next()).toEqual(value(n))
    expect(reports).toEqual([EVENT_WINDOW / 2, EVENT_WINDOW])
  })

  it('answer readers that came early, in order', async () => {
    const { stream } = streamAndReports()
    const reads = [stream.next(), stream.next(), stream.next()]
    stream.push('message', 1)
    stream.push('message', 2)
    stream.push('done', undefined)
    expect(await Promise.all(reads)).toEqual([value(1), value(2), DONE])
    expect(await stream.next()).toEqual(DONE)
  })

  it('end with the error after what came before it, and tell it once', async () => {
    const { stream } = streamAndReports()
    stream.push('message', 1)
    stream.push('error', { json: 'why' })
    stream.push('message', 2)
    expect(await stream.next()).toEqual(value(1))
    await expect(stream.next()).rejects.toSatisfy((error) => (error as ErrorEvent).data !== undefined)
    expect(await stream.next()).toEqual(DONE)
  })

  it('end with the link’s cause for every reader', async () => {
    const { stream, reports } = streamAndReports()
    const reading = stream.next()
    const cause = new ShoalError('core-gone', 'gone')
    stream.fail(cause)
    await expect(reading).rejects.toBe(cause)
    expect(await stream.return()).toEqual(DONE)
    expect(reports).toEqual([])
  })

  it('are thrown away by a reader that leaves, who is reported once', async () => {
    const { stream, reports } = streamAndReports()
    stream.push('message', 1)
    await stream.return()
    await stream.return()
    expect(await stream.next()).toEqual(DONE)
    expect(stream.push('message', 2)).toBe(true)
    expect(reports).toEqual(['left'])
  })
})
