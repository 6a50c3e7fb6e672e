import { useSyncExternalStore } from 'react'

/** Fixed routes: people and scripts link to them. */
export const PAGES = [
  'files',
  'nearby',
  'messages',
  'names',
  'network',
  'compare',
  'settings',
  'help',
] as const
export type Page = (typeof PAGES)[number]

export interface Route {
  readonly page: Page | undefined
  /** What follows the page's name: a share's id, a help page. */
  readonly rest: string | undefined
  readonly query: URLSearchParams
}

/** Longest fragment read; a link carries addresses, a page's name does not. */
const MAX_HASH = 20_000

/** `#/files/<id>?link=…`. An empty hash is the first page. */
export function parseRoute(hash: string): Route {
  const text = hash.slice(0, MAX_HASH).replace(/^#\/?/, '')
  const [path = '', ...queries] = text.split('?')
  const [name = '', ...rest] = path.split('/').map(decode)
  const page = name === '' ? 'files' : PAGES.find((known) => known === name)
  return { page, rest: rest.join('/') || undefined, query: new URLSearchParams(queries.join('?')) }
}

export function routeTo(page: Page, rest?: string): string {
  return rest === undefined ? `#/${page}` : `#/${page}/${encodeURIComponent(rest)}`
}

/** A page that opens with the link filled in; nothing starts before the person presses Download. */
export function routeToLink(link: string): string {
  return `#/files?${new URLSearchParams({ link })}`
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => window.location.hash))
}

export function navigate(hash: string): void {
  window.location.hash = hash
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
