// The desktop shell. It owns what only it can own (window, tray, dialogs) and knows nothing of files or peers: those are the
// core's, in a process of its own, to which the page speaks directly.
import { app, session, utilityProcess } from 'electron'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { registerAppScheme, serveApp } from './app-protocol.ts'
import type { CoreChild } from './core-process.ts'
import { linkIn, receiveLinks } from './deep-links.ts'
import { guardPages, guardSession } from './guard.ts'
import type { RacerChild } from './racers.ts'
import { Shell } from './shell.ts'

/** Beside `dist/electron` as built and as packaged alike. */
const DIST = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '')
const ICONS = join(DIST, 'electron', 'icons')

/** A packaged core lies beside the archive, as plain files: its worker threads are started by path. */
function coreFile(name: 'utility.js' | 'racer.js'): string {
  return join(DIST.replace(/app\.asar(?=[/\\]|$)/, 'app.asar.unpacked'), 'core', name)
}

function forkCore(): CoreChild {
  const downloads = join(app.getPath('downloads'), 'Shoal')
  // In development, what follows `--` is the core's.
  const at = app.isPackaged ? -1 : process.argv.indexOf('--')
  const words = at < 0 ? [] : process.argv.slice(at + 1).filter((word) => linkIn([word]) === undefined)
  return utilityProcess.fork(coreFile('utility.js'), ['--download-dir', downloads, ...words], {
    serviceName: 'Shoal core',
    stdio: 'inherit',
  })
}

function forkRacer(options: string): RacerChild {
  return utilityProcess.fork(coreFile('racer.js'), [options], {
    serviceName: 'Shoal racer',
    stdio: 'inherit',
  })
}

function run(): void {
  let shell: Shell | undefined
  let early = linkIn(process.argv.slice(1))
  receiveLinks((link) => {
    if (shell) shell.openLink(link)
    else early = link
  })
  app.on('second-instance', (_event, words) => {
    const link = linkIn(words)
    if (link === undefined) shell?.show()
    else shell?.openLink(link)
  })
  guardPages()
  registerAppScheme()
  void app.whenReady().then(() => {
    guardSession(session.defaultSession)
    serveApp(join(DIST, 'renderer'))
    shell = new Shell({
      preload: join(DIST, 'electron', 'preload.cjs'),
      icon: join(ICONS, 'icon.png'),
      trayIcon: join(ICONS, 'tray.png'),
      fork: forkCore,
      forkRacer,
    })
    shell.start(early)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => shell?.quitUnasked())
  })
}

// The second of two hands its words to the first and is done.
if (app.requestSingleInstanceLock()) run()
else app.quit()
