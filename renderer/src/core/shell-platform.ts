import type { ShellApi } from '../../../src/contract/shell-api.ts'
import { ShoalError } from '../../../src/base/errors.ts'
import { messagePortTransport, type FrameTransport } from '../../../src/rpc/index.ts'
import type { Platform } from './platform.ts'

/** The desktop app: files have paths, and the system hands over links. */
export function shellPlatform(api: ShellApi): Platform {
  const listeners = new Set<(link: string) => void>()
  // What came before somebody listened: the shell keeps links for one listener only.
  const early: string[] = []
  api.onLink((link) => {
    if (listeners.size === 0) early.push(link)
    for (const listener of listeners) listener(link)
  })
  return {
    pathForFile: (file) => api.pathForFile(file),
    token: undefined,
    onLink(listener) {
      listeners.add(listener)
      for (const link of early.splice(0)) listener(link)
      return () => void listeners.delete(listener)
    },
  }
}

/** The next port to the core, taken only from a message of this window that carries our own word. */
export async function connectShell(
  api: ShellApi,
  target: Window,
  signal: AbortSignal,
): Promise<FrameTransport> {
  const nonce = crypto.randomUUID()
  const port = await new Promise<MessagePort>((resolve, reject) => {
    const onMessage = (event: MessageEvent): void => {
      const data = event.data as { shoalPort?: unknown } | null
      if (event.source !== target || data?.shoalPort !== nonce || !event.ports[0]) return
      stop()
      resolve(event.ports[0])
    }
    const onAbort = (): void => {
      stop()
      reject(signal.reason instanceof Error ? signal.reason : new ShoalError('cancelled', 'stopped waiting'))
    }
    const stop = (): void => {
      target.removeEventListener('message', onMessage)
      signal.removeEventListener('abort', onAbort)
    }
    target.addEventListener('message', onMessage)
    signal.addEventListener('abort', onAbort)
    api.acquirePort(nonce)
  })
  return messagePortTransport(port)
}
