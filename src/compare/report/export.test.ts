import { describe, expect, it } from 'vitest'
import { raceReasonNameSchema, raceResultSchema } from '../../contract/index.ts'
import { point, result, spec } from '../test-runs.ts'
import { exportResult } from './export.ts'

const many = result({
  spec: spec({ peers: [1, 2, 4, 8] }),
  points: [1, 2, 4, 8].flatMap((n) => [
    point({ n, seconds: 3.4 * n, bound: 3.36 * n }),
    point({ n, mode: 'p2p', seconds: n === 8 ? null : 3.6, bound: 3.36, isProcessorLimited: n === 4 }),
  ]),
})

describe('an exported result', () => {
  it('as JSON is the result itself', () => {
    const { text, name, type } = exportResult(many, 'json', 'en')
    expect(raceResultSchema.parse(JSON.parse(text))).toEqual(many)
    expect([name, type]).toEqual(['race-1700000000000-0a0b0c0d.json', 'application/json'])
  })

  it('as CSV has a row for each point and as many cells as headings', () => {
    const rows = exportResult(many, 'csv', 'ko').text.split('\r\n')
    expect(rows).toHaveLength(1 + 8 + 1)
    const head = rows[0]!.split(',')
    for (const row of rows.slice(0, -1)) expect(row.split(',')).toHaveLength(head.length)
    for (const reason of raceReasonNameSchema.options) expect(head).toContain(`${reason}_seconds`)
    const cell = (row: number, name: string): string => rows[row]!.split(',')[head.indexOf(name)]!
    expect([cell(1, 'mode'), cell(1, 'n'), cell(1, 'seconds')]).toEqual(['http', '1', '3.4'])
    // Not everybody got it: no time, rather than a wrong one.
    expect(cell(8, 'seconds')).toBe('')
  })

  it.each(['en', 'ko'] as const)('as SVG (%s) stands on its own and says all that it shows', (language) => {
    const { text } = exportResult(many, 'svg', language)
    expect(text).not.toMatch(/(href|src)=|url\(|<script|<foreignObject/)
    expect(text.match(/<rect x="[\d.]+" y="[\d.]+" width="10"/g)).toHaveLength(4 + 1)
    expect(text.match(/<circle/g)).toHaveLength(3 + 1)
    expect(text.match(/>×</g)).toHaveLength(1)
    expect(text).toContain(language === 'en' ? 'client–server' : '클라이언트–서버')
    expect(text).not.toMatch(/NaN|undefined|Infinity/)
    expect(isWellFormed(text)).toBe(true)
  })

  it('as SVG shows one point, or none, without stumbling', () => {
    for (const points of [[], [point()]]) {
      const { text } = exportResult(result({ points }), 'svg', 'en')
      expect(text).not.toMatch(/NaN|undefined|Infinity/)
      expect(isWellFormed(text)).toBe(true)
    }
  })
})

/** Every element that begins ends, in order. */
function isWellFormed(xml: string): boolean {
  const open: string[] = []
  for (const [, end, name, , empty] of xml.matchAll(/<(\/?)([a-z]+)((?:\s[\w-]+="[^"<>]*")*)\s*(\/?)>/g)) {
    if (end) {
      if (open.pop() !== name) return false
    } else if (!empty) open.push(name!)
  }
  const rest = xml.replace(/<(\/?)([a-z]+)((?:\s[\w-]+="[^"<>]*")*)\s*(\/?)>/g, '')
  return open.length === 0 && !/[<>]/.test(rest)
}
