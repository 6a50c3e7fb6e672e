import { describe, expect, it } from 'vitest'
import { FAKE_LINK } from '../testing/fake-core.ts'
import { PAGES, parseRoute, routeTo, routeToLink } from './route.ts'

describe('routes', () => {
  it.each(PAGES)('#/%s leads to its page and back', (page) => {
    expect(parseRoute(routeTo(page)).page).toBe(page)
  })

  it('begin with Files', () => {
    expect(parseRoute('').page).toBe('files')
    expect(parseRoute('#/').page).toBe('files')
  })

  it('carry an id, whatever letters it has', () => {
    for (const id of ['share-1', 'a/b', 'ä?#%', '공유']) {
      expect(parseRoute(routeTo('files', id))).toMatchObject({ page: 'files', rest: id })
    }
  })

  it('carry a link whole, so that a deep link only fills in the field', () => {
    const route = parseRoute(routeToLink(FAKE_LINK))
    expect(route).toMatchObject({ page: 'files', rest: undefined })
    expect(route.query.get('link')).toBe(FAKE_LINK)
  })

  it.each(['#/nothing', '#/constructor', '#/__proto__'])('know no page %s', (hash) => {
    expect(parseRoute(hash).page).toBeUndefined()
  })

  it('bear broken escapes and endless text', () => {
    expect(parseRoute('#/files/%E0%A4%A').rest).toBe('%E0%A4%A')
    expect(parseRoute(`#/files/${'x'.repeat(1e6)}`).rest!.length).toBeLessThan(20_001)
  })
})
