import type { TFunction } from 'i18next'

/** Downloaders of a race on this laptop are numbered, p1 and on; laptops have names of their own. */
export function peerName(name: string, t: TFunction): string {
  const number = /^p(\d{1,4})$/.exec(name)?.[1]
  return number === undefined ? name : t('compare.run.peerName', { number })
}
