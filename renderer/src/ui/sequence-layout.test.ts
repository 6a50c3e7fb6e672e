import { describe, expect, it } from 'vitest'
import { fitText, HEAD_HEIGHT, LANE_MIN, layoutSequence, type SequenceMessage } from './sequence-layout.ts'

const ACTORS = ['a', 'b', 'c'].map((id) => ({ id, name: id.toUpperCase() }))

function message(from: string, to: string, text = 'hello'): SequenceMessage {
  return { from, to, text, tone: 'request' }
}

describe('layoutSequence', () => {
  it('shares the width among the lanes and never squeezes them below what can be read', () => {
    expect(layoutSequence(ACTORS, [], 900).lanes.map(({ x }) => x)).toEqual([150, 450, 750])
    const narrow = layoutSequence(ACTORS, [], 200)
    expect(narrow.width).toBe(3 * LANE_MIN)
    expect(narrow.lanes.every(({ x }) => x > 0 && x < narrow.width)).toBe(true)
  })

  it('draws messages downwards in their order, from lane to lane', () => {
    const { rows, height } = layoutSequence(ACTORS, [message('a', 'c'), message('c', 'b')], 900)
    expect(rows.map(({ x1, x2 }) => [x1, x2])).toEqual([
      [150, 750],
      [750, 450],
    ])
    expect(rows[0]!.y).toBeGreaterThan(HEAD_HEIGHT)
    expect(rows[1]!.y).toBeGreaterThan(rows[0]!.y)
    expect(height).toBeGreaterThan(rows[1]!.y)
  })

  it('writes what one does alone beside its line, on the side that has room', () => {
    const alone = ACTORS.map(({ id }) => message(id, id, 'looks into its cache'))
    const { rows, width } = layoutSequence(ACTORS, alone, 900)
    expect(rows.map(({ anchor }) => anchor)).toEqual(['start', 'start', 'end'])
    expect(rows[2]!.textX).toBeLessThan(rows[2]!.x1)
    expect(rows.every(({ textX }) => textX > 0 && textX < width)).toBe(true)
  })

  it('leaves out messages of somebody who is not there', () => {
    expect(layoutSequence(ACTORS, [message('a', 'nobody')], 900).rows).toEqual([])
  })
})

describe('fitText', () => {
  it('keeps what fits and cuts the rest with an ellipsis', () => {
    expect(fitText('www.example.com', 200)).toBe('www.example.com')
    expect(fitText('www.example.com', 50)).toMatch(/^www\.e?.*…$/)
    expect(fitText('www.example.com', 0)).toBe('…')
  })

  it('counts Korean letters double and never cuts one in half', () => {
    expect(fitText('로컬 DNS 서버에게 묻는다', 60).length).toBeLessThan(
      fitText('local DNS server asks', 60).length,
    )
    expect(fitText('𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷', 40)).toMatch(/^𠮷*…$/u)
  })
})
