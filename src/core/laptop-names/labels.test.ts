import { domainToUnicode } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { distinctLabels, labelOf } from './labels.ts'

describe('the label of a laptop', () => {
  test.each([
    ['alice', 'alice'],
    ['Alice', 'alice'],
    ["Minsu's MacBook Pro", 'minsus-macbook-pro'],
    ['DESKTOP_4F.lan', 'desktop-4f-lan'],
    ['straße', 'xn--strae-oqa'],
    ['  -- x --  ', 'x'],
    ['42', 'laptop-42'],
    ['0x1F', 'laptop-0x1f'],
    ['', 'laptop'],
    ['--', 'laptop'],
    ['🦈🦈', 'laptop'],
    ['ＦＵＬＬ', 'full'],
  ])('%s is %s', (name, label) => {
    expect(labelOf(name)).toBe(label)
  })

  test('of Hangul is read back as Hangul, composed or not', () => {
    const label = labelOf('민수의 노트북')
    expect(label).toMatch(/^xn--/)
    expect(domainToUnicode(label)).toBe('민수의-노트북')
    expect(labelOf('민수의 노트북'.normalize('NFD'))).toBe(label)
  })

  test('is always one: letters, digits and hyphens, 63 at most', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme', maxLength: 80 }),
          fc.string({ unit: 'binary', maxLength: 80 }),
        ),
        (name) => {
          expect(labelOf(name)).toMatch(/^(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
        },
      ),
      { numRuns: 2_000 },
    )
    expect(labelOf('노'.repeat(100)).length).toBeLessThanOrEqual(63)
  })

  test('is another when two are called alike, the same for whoever looks', () => {
    const laptops = [
      { key: 'c', name: 'Laptop' },
      { key: 'a', name: 'laptop' },
      { key: 'b', name: 'x'.repeat(90) },
      { key: 'd', name: 'x'.repeat(80) },
      { key: 'e', name: 'ns' },
      { key: 'f', name: 'laptop-2' },
    ]
    const labels = distinctLabels(laptops)
    expect(Object.fromEntries(labels)).toEqual({
      a: 'laptop',
      b: 'x'.repeat(63),
      c: 'laptop-2',
      d: `${'x'.repeat(61)}-2`,
      e: 'ns-2',
      f: 'laptop-2-2',
    })
    expect(distinctLabels(laptops.toReversed())).toEqual(labels)
  })
})
