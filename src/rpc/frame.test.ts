import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ERROR_CODES } from '../base/errors.ts'
import {
  formatControl,
  nestsWithin,
  parseClientMessage,
  parseFrame,
  parseServerMessage,
  type Control,
} from './frame.ts'
import { MAX_DEPTH, MAX_REQUEST_CHARS } from './limits.ts'

const ids = fc.stringMatching(/^[0-9a-z]{1,16}$/)
const counts = fc.nat({ max: Number.MAX_SAFE_INTEGER })
const controls: fc.Arbitrary<Control> = fc.oneof(
  fc.record({ is: fc.constant('hello' as const), version: counts }),
  fc.record({ is: fc.constant('ping' as const) }),
  fc.record({ is: fc.constant('pong' as const) }),
  fc.record({ is: fc.constant('taken' as const), chars: counts }),
  fc.record({ is: fc.constant('consumed' as const), id: ids, events: counts }),
  fc.record({ is: fc.constant('bye' as const), code: fc.constantFrom(...ERROR_CODES) }),
)

describe('frames', () => {
  it('of control read back as they were written', () => {
    fc.assert(
      fc.property(
        controls,
        (control) => void expect(parseFrame(formatControl(control), 100)).toEqual(control),
      ),
    )
  })

  it('are written as documented', () => {
    expect(formatControl({ is: 'hello', version: 1 })).toBe('h1')
    expect(formatControl({ is: 'ping' })).toBe('p')
    expect(formatControl({ is: 'pong' })).toBe('o')
    expect(formatControl({ is: 'taken', chars: 4096 })).toBe('k4096')
    expect(formatControl({ is: 'consumed', id: '2f', events: 16 })).toBe('c2f 16')
    expect(formatControl({ is: 'bye', code: 'core-gone' })).toBe('xcore-gone')
  })

  it('of any text parse or are refused, and never throw', () => {
    const jsonish = fc.json().map((text) => `{"i":"a","p":${text}}`)
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), jsonish, fc.anything()), (raw) => {
        const frame = parseFrame(raw, 1000)
        if (frame?.is !== 'message') return
        parseClientMessage(frame.message)
        parseServerMessage(frame.message)
      }),
      { numRuns: 2000 },
    )
  })

  it('with any path are parsed or refused, and never leave the contract’s origin', () => {
    const paths = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webPath(),
      fc.stringMatching(/^[/.%@:[\]a-f0-9]{1,20}$/),
    )
    fc.assert(
      fc.property(paths, (path) => {
        const parsed = parseClientMessage({ i: 'a', p: { u: `/${path}` } })
        if (parsed?.is === 'request') expect(parsed.url.host).toBe('orpc')
      }),
      { numRuns: 2000 },
    )
  })

  it('beyond the size limit are not parsed, those at it are', () => {
    const message = (length: number): string => `{"i":"a","p":"${'x'.repeat(length - 16)}"}`
    expect(message(MAX_REQUEST_CHARS)).toHaveLength(MAX_REQUEST_CHARS)
    expect(parseFrame(message(MAX_REQUEST_CHARS), MAX_REQUEST_CHARS)).toBeDefined()
    expect(parseFrame(message(MAX_REQUEST_CHARS + 1), MAX_REQUEST_CHARS)).toBeUndefined()
  })

  it('nested beyond the limit are not parsed, those at it are', () => {
    const message = (depth: number): string =>
      `{"i":"a","p":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    expect(parseFrame(message(MAX_DEPTH), 10_000)).toBeDefined()
    expect(parseFrame(message(MAX_DEPTH + 1), 10_000)).toBeUndefined()
  })

  it.each(['""', '"__proto__"', '"A"', '"a b"', `"${'a'.repeat(17)}"`, '1', 'null', '["a"]'])(
    'with %s for an id are refused',
    (id) => {
      expect(parseFrame(`{"i":${id},"p":{"u":"/echo"}}`, 1000)).toBeUndefined()
    },
  )

  it('carry a request’s path and body, and none of its headers', () => {
    const parsed = parseClientMessage({
      i: 'a',
      p: { u: '/shares/add', b: { json: 1 }, h: { 'content-disposition': 'x' } },
    })
    expect(parsed).toMatchObject({ is: 'request', id: 'a', body: { json: 1 } })
    expect((parsed as { url: URL }).url.href).toBe('http://orpc/shares/add')
    expect(Object.keys(parsed!)).toEqual(['is', 'id', 'url', 'body'])
  })
})

describe('nesting', () => {
  it('is measured as a parser would, brackets in strings and escapes aside', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 12, stringUnit: fc.constantFrom('"', '\\', '[', '{', ']', 'a') }),
        (text) => {
          const padded = `${text}${' '.repeat(100)}`
          const depth = depthOf(JSON.parse(text))
          expect(nestsWithin(padded, depth)).toBe(true)
          if (depth > 0) expect(nestsWithin(padded, depth - 1)).toBe(false)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('takes no longer than linear time for backslashes without end', () => {
    expect(nestsWithin(`{"${'\\'.repeat(1_000_000)}`, 2)).toBe(true)
    expect(nestsWithin(`{"${'\\"'.repeat(500_000)}`, 2)).toBe(true)
  })
})

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}
