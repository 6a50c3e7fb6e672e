import { app } from 'electron'
import { join } from 'node:path'
import { MAX_LINK_LENGTH } from './limits.ts'

const SCHEME = 'shoal'

/** A CIDv1 of a share in base32 (always 59 characters), and printable ASCII after it. The page parses it in full. */
const LINK = /^shoal:bafyrei[a-z2-7]{52}(\?[\x21-\x7e]*)?$/

/** The link among a command line's words, if there is exactly one thing that looks like a link and it is one. */
export function linkIn(words: readonly string[]): string | undefined {
  const links = words.filter((word) => word.startsWith(`${SCHEME}:`))
  return links.length === 1 && isLink(links[0]!) ? links[0] : undefined
}

export function isLink(text: string): boolean {
  return text.length <= MAX_LINK_LENGTH && LINK.test(text)
}

/** Tells the system that links are ours, and `onLink` of each one it hands over; macOS does it by an event. */
export function receiveLinks(onLink: (link: string) => void): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient(SCHEME)
  else if (process.platform === 'win32') {
    app.setAsDefaultProtocolClient(SCHEME, process.execPath, [join(app.getAppPath())])
  }
  app.on('open-url', (event, url) => {
    event.preventDefault()
    if (isLink(url)) onLink(url)
  })
}
