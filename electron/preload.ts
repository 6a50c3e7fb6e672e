// Runs before the page, in its process but not in its world. Hands over a port, and names paths of files.
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { ShellApi } from '../src/contract/shell-api.ts'
import { LINK_CHANNEL, PORT_CHANNEL } from './channels.ts'

/** The newest port nobody has taken: an older one leads to a core that ended. */
let port: MessagePort | undefined
let wanted: string | undefined
let onLink: ((link: string) => void) | undefined
const links: string[] = []

function handOver(): void {
  if (port === undefined || wanted === undefined) return
  const message = { shoalPort: wanted }
  const handed = port
  port = undefined
  wanted = undefined
  // A port does not cross from this world into the page's but by a message to the window.
  window.postMessage(message, window.location.origin, [handed])
}

ipcRenderer.on(PORT_CHANNEL, (event) => {
  port?.close()
  port = event.ports[0]
  handOver()
})

ipcRenderer.on(LINK_CHANNEL, (_event, link: unknown) => {
  if (typeof link !== 'string') return
  if (onLink) onLink(link)
  else links.push(link)
})

const api: ShellApi = {
  acquirePort(nonce) {
    wanted = nonce
    handOver()
  },
  pathForFile: (file) => webUtils.getPathForFile(file as File),
  onLink(listener) {
    onLink = listener
    for (const link of links.splice(0)) listener(link)
  },
}

// A literal, not the contract's constant: that would be code of another folder in this file.
contextBridge.exposeInMainWorld('shoal', api)
