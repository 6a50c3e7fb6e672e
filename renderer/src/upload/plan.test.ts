import { describe, expect, it } from 'vitest'
import { MAX_UPLOAD_FILES, planUploads, uploadUrl } from './plan.ts'

const item = (path: string, size = 1) => ({ path, file: { size } })

describe('planning an upload', () => {
  it('makes one share of each thing that was dropped', () => {
    const { plans, leftOut } = planUploads([item('/a/x', 2), item('b.txt', 3), item('a/y/z', 5)])
    expect(plans.map(({ name, bytes, items }) => [name, bytes, items.map(({ path }) => path)])).toEqual([
      ['a', 7, ['a/x', 'a/y/z']],
      ['b.txt', 3, ['b.txt']],
    ])
    expect(leftOut).toEqual([])
  })

  it('leaves out what other systems cannot hold, and says which', () => {
    const { plans, leftOut } = planUploads([
      item('a/ok'),
      item('a/what?'),
      item('../up'),
      item('a/CON'),
      item('a//b'),
    ])
    expect(plans[0]!.items.map(({ path }) => path)).toEqual(['a/ok'])
    expect(leftOut).toEqual(['a/what?', '../up', 'a/CON', 'a//b'])
  })

  it('takes names that a plain object would stumble over', () => {
    expect(planUploads([item('__proto__/x'), item('constructor')]).plans.map(({ name }) => name)).toEqual([
      '__proto__',
      'constructor',
    ])
  })

  it('is bounded', () => {
    const { plans, leftOut } = planUploads(
      Array.from({ length: MAX_UPLOAD_FILES + 2 }, (_, i) => item(`f/${i}`)),
    )
    expect(plans[0]!.items.length).toBe(MAX_UPLOAD_FILES)
    expect(leftOut.length).toBe(2)
  })
})

describe('the address of an upload', () => {
  it('escapes every part of a path', () => {
    expect(uploadUrl('/upload/1', '사진/50%#1?.txt')).toBe('/upload/1/%EC%82%AC%EC%A7%84/50%25%231%3F.txt')
    expect(uploadUrl('/upload/1/', 'a b')).toBe('/upload/1/a%20b')
  })
})
