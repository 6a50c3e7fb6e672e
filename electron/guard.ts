import { app, type Session, type WebContents } from 'electron'
import { APP_ORIGIN } from './app-protocol.ts'

/** The one thing a page may do beyond showing itself: put text it was asked to copy on the clipboard. */
const ALLOWED_PERMISSIONS: readonly string[] = ['clipboard-sanitized-write']

/** `data:` and `blob:` are pictures the page made itself; the developer tools load their own files. */
const ALLOWED_SCHEMES = ['data:', 'blob:', 'devtools:', 'chrome-devtools:']

export function isOurs(url: string): boolean {
  return url === APP_ORIGIN || url.startsWith(`${APP_ORIGIN}/`)
}

/** A file that a page of ours made for saving (a comparison, a recording); the person is asked where it goes. */
function isMadeHere(url: string): boolean {
  return url.startsWith(`blob:${APP_ORIGIN}/`)
}

/** Denies what no page of ours needs: permissions, devices, requests to anywhere else. */
export function guardSession(session: Session): void {
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => isOurs(origin) && ALLOWED_PERMISSIONS.includes(permission),
  )
  session.setPermissionRequestHandler((contents, permission, callback) => {
    callback(isOurs(contents.getURL()) && ALLOWED_PERMISSIONS.includes(permission))
  })
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest(({ url }, callback) => {
    callback({ cancel: !isOurs(url) && !ALLOWED_SCHEMES.some((scheme) => url.startsWith(scheme)) })
  })
  session.on('will-download', (event, item) => {
    if (!isMadeHere(item.getURL())) event.preventDefault()
  })
}

/** For every page there is or will be: it stays where it is, and opens nothing. */
export function guardPages(): void {
  app.on('web-contents-created', (_event, contents) => guardPage(contents))
}

function guardPage(contents: WebContents): void {
  contents.on('will-frame-navigate', (event) => {
    if (!isOurs(event.url)) event.preventDefault()
  })
  contents.on('will-navigate', (event) => {
    if (!isOurs(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}
