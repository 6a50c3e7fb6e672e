import { describe, expect, it } from 'vitest'
import { holdsToken, takeToken } from './browser-platform.ts'

const TOKEN = 'abcdefghij-KLMNOP_0123456789'

function setUp(hash: string, stored?: string) {
  const kept = new Map<string, string>(stored ? [['shoal.token', stored]] : [])
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  }
  const shown: string[] = []
  const history = { replaceState: (_state: unknown, _title: string, url: string) => shown.push(url) }
  const token = takeToken({ hash } as Location, history as unknown as History, storage as unknown as Storage)
  return { token, kept, shown }
}

describe('takeToken', () => {
  it('takes the token out of the address and keeps it for reloads of the tab', () => {
    const { token, kept, shown } = setUp(`#token=${TOKEN}`)
    expect(token).toBe(TOKEN)
    expect(kept.get('shoal.token')).toBe(TOKEN)
    expect(shown).toEqual(['#/files'])
  })

  it('uses the kept one on a reload and leaves the route alone', () => {
    const { token, shown } = setUp('#/nearby', TOKEN)
    expect(token).toBe(TOKEN)
    expect(shown).toEqual([])
  })

  it('prefers a fresh token to a kept one: the core was started again', () => {
    expect(setUp(`#token=${TOKEN}`, 'old-token-of-an-earlier-core').token).toBe(TOKEN)
  })

  it.each(['', '#/files', '#token=', '#token=short', `#token=${TOKEN}&x=1`, `#token=${'x'.repeat(300)}`])(
    'takes no token from %j',
    (hash) => expect(setUp(hash).token).toBeUndefined(),
  )
})

describe('holdsToken', () => {
  it('knows an address that was opened anew from a route of the page', () => {
    expect(holdsToken({ hash: `#token=${TOKEN}` })).toBe(true)
    for (const hash of ['', '#/files', '#token=short', `#/files?${TOKEN}`])
      expect(holdsToken({ hash })).toBe(false)
  })
})
