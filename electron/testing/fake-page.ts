import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type { MessagePort } from 'node:worker_threads'
import { runInNewContext } from 'node:vm'
import type { ShellApi } from '../../src/contract/shell-api.ts'

interface WindowMessage {
  readonly data: unknown
  readonly targetOrigin: string
  readonly ports: readonly MessagePort[]
}

/** A page with the preload as built: its own world is `api` and what arrives by `window.postMessage`. */
export class FakePage {
  readonly ipcRenderer = new EventEmitter()
  readonly messages: WindowMessage[] = []
  readonly api: ShellApi

  constructor(preload: string, origin: string) {
    const exposed: Record<string, unknown> = {}
    const electron = {
      ipcRenderer: this.ipcRenderer,
      contextBridge: { exposeInMainWorld: (name: string, api: unknown) => (exposed[name] = api) },
      webUtils: { getPathForFile: (file: { path: string }) => file.path },
    }
    const postMessage = (data: unknown, targetOrigin: string, ports: MessagePort[]): void => {
      this.messages.push({ data, targetOrigin, ports })
    }
    runInNewContext(readFileSync(preload, 'utf8'), {
      require: (name: string) => {
        // All a sandboxed preload can require, besides a few of Node's own that ours does not use.
        if (name !== 'electron') throw new Error(`a sandboxed preload cannot require ${name}`)
        return electron
      },
      window: { location: { origin }, postMessage },
    })
    if (Object.keys(exposed).join() !== 'shoal') throw new Error(`exposed: ${Object.keys(exposed).join()}`)
    this.api = exposed['shoal'] as ShellApi
  }
}
