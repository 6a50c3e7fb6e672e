import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src/base/clock.ts'
import { ShoalError } from '../../../src/base/errors.ts'
import { seededRandom } from '../../../src/base/random.ts'
import { FakeCore } from '../testing/fake-core.ts'
import type { UploadPlan } from './plan.ts'
import type { Put, PutRequest } from './put.ts'
import { upload } from './upload.ts'
import { Uploads } from './uploads.ts'

const file = (size: number): File => new Blob([new Uint8Array(size)]) as File
const plan: UploadPlan = {
  name: 'a',
  items: Array.from({ length: 10 }, (_, i) => ({ path: `a/${i}`, file: file(i) })),
  bytes: 45,
}

function setUp() {
  const core = new FakeCore({ clock: new VirtualClock(), random: seededRandom(1), scenario: 'alone' })
  const calls: string[] = []
  const { shares } = core.client
  const client: typeof shares = {
    ...shares,
    finishUpload: (input, options) => (
      calls.push(`finish openly=${input.openly}`),
      shares.finishUpload(input, options)
    ),
    cancelUpload: (input) => (calls.push('cancel'), shares.cancelUpload(input)),
  }
  return { core, client, calls }
}

describe('handing files over', () => {
  it('sends every file once, a few at a time, and then shares them', async () => {
    const { client, calls } = setUp()
    const sent: string[] = []
    let [running, most] = [0, 0]
    const put: Put = async ({ url, token }) => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      sent.push(`${url} ${token}`)
      running--
    }
    const progress: number[] = []
    const signal = new AbortController().signal
    await upload({
      client,
      put,
      token: 'T',
      plan,
      openly: true,
      signal,
      onProgress: (bytes) => progress.push(bytes),
    })
    expect(sent.toSorted()).toEqual(plan.items.map(({ path }) => `/upload/upload/${path} T`))
    expect(most).toBe(4)
    expect(calls).toEqual(['finish openly=true'])
    expect(progress.at(-1)).toBe(45)
    expect(progress).toEqual(progress.toSorted((a, b) => a - b))
  })

  it('stops the others and cleans up when one file fails', async () => {
    const { client, calls } = setUp()
    const aborted: string[] = []
    const put: Put = ({ url, signal }) => {
      if (url.endsWith('/2')) return Promise.reject(new ShoalError('disk-full', 'full'))
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => (aborted.push(url), reject(signal.reason as Error)))
      })
    }
    const running = upload({
      client,
      put,
      token: undefined,
      plan,
      openly: false,
      signal: new AbortController().signal,
      onProgress: () => {},
    })
    await expect(running).rejects.toMatchObject({ code: 'disk-full' })
    expect(aborted.length).toBe(3)
    expect(calls).toEqual(['cancel'])
  })
})

describe('the list of hand-overs', () => {
  function start(put: Put) {
    const { core, calls } = setUp()
    const uploads = new Uploads({ client: core.client, put, token: 'T', clock: new VirtualClock() })
    return { uploads, calls, done: uploads.start(plan, false) }
  }

  it('shows the sum of what is under way, and forgets what is done', async () => {
    const asked: PutRequest[] = []
    const release = Promise.withResolvers<void>()
    const { uploads, done } = start((request) => (asked.push(request), release.promise))
    await Promise.resolve().then(() => {})
    while (asked.length < 4) await Promise.resolve()
    asked[3]!.onProgress(2)
    asked[2]!.onProgress(99)
    expect(uploads.get()).toMatchObject([{ is: 'sending', name: 'a', sent: 4, bytes: 45, files: 10 }])
    release.resolve()
    await done
    expect(uploads.get()).toEqual([])
  })

  it('keeps a failure until it was read', async () => {
    const { uploads, done } = start(() => Promise.reject(new ShoalError('too-large', 'too large')))
    await done
    expect(uploads.get()).toMatchObject([{ is: 'failed', problem: { code: 'too-large' } }])
    uploads.dismiss(uploads.get()[0]!.key)
    expect(uploads.get()).toEqual([])
  })

  it('leaves nothing behind when the person cancels', async () => {
    const { uploads, done } = start(
      ({ signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        ),
    )
    await Promise.resolve()
    uploads.cancel(uploads.get()[0]!.key)
    await done
    expect(uploads.get()).toEqual([])
  })
})
