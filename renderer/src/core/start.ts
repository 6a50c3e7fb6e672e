import { systemClock } from '../../../src/base/clock.ts'
import type { Contract } from '../../../src/contract/index.ts'
import { SHELL_API_NAME, type ShellApi } from '../../../src/contract/shell-api.ts'
import { reconnectingClient, type FrameTransport } from '../../../src/rpc/index.ts'
import { browserPlatform, connectBrowser, holdsToken, takeToken } from './browser-platform.ts'
import type { AppServices } from './context.tsx'
import type { Platform } from './platform.ts'
import { connectShell, shellPlatform } from './shell-platform.ts'
import { AppStore } from './store.ts'
import { watchCore } from './watch.ts'

/** Finds the core this page belongs to and begins to watch it. */
export function startServices(page: Window): AppServices {
  const { platform, connect } = placeOf(page)
  const store = new AppStore()
  const { client, link } = reconnectingClient<Contract>({ connect })
  // Calls wait for the next link by themselves; only the link knows that there is none now.
  link.onState((state) => {
    if (state.is === 'closed' || (state.is === 'connecting' && state.problem !== undefined)) store.lose()
  })
  void watchCore(client, store, systemClock, new AbortController().signal)
  return { client, store, platform }
}

interface Place {
  readonly platform: Platform
  readonly connect: (signal: AbortSignal) => Promise<FrameTransport>
}

function placeOf(page: Window): Place {
  const shell = (page as unknown as Record<string, ShellApi | undefined>)[SHELL_API_NAME]
  if (shell) return { platform: shellPlatform(shell), connect: (signal) => connectShell(shell, page, signal) }
  const token = takeToken(page.location, page.history, page.sessionStorage)
  // Only the fragment differs, so that the browser loads nothing by itself.
  page.addEventListener('hashchange', () => holdsToken(page.location) && page.location.reload())
  return {
    platform: browserPlatform(token),
    connect: (signal) => connectBrowser(page.location, token, signal),
  }
}
