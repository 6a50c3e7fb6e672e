import {
  app,
  BrowserWindow,
  dialog,
  MessageChannelMain,
  powerMonitor,
  shell as system,
  type Tray,
} from 'electron'
import type { CoreMessage, ShellMessage } from '../src/hosts/shell-protocol.ts'
import { readCoreMessage } from './core-messages.ts'
import { CoreProcess, type CoreChild } from './core-process.ts'
import { askWhileTransferring, pick } from './dialogs.ts'
import { MAX_PICKED } from './limits.ts'
import { setMenu } from './menu.ts'
import { notify } from './notifications.ts'
import { StayAwake } from './power.ts'
import { Racers, type RacerChild } from './racers.ts'
import { textsFor, type Texts } from './texts.ts'
import { createTray } from './tray.ts'
import { MainWindow } from './window.ts'

export interface ShellOptions {
  readonly preload: string
  readonly icon: string
  readonly trayIcon: string
  readonly fork: () => CoreChild
  readonly forkRacer: (options: string) => RacerChild
}

/** `asking` keeps a second click from a second dialog; once `quitting`, nothing asks any more. */
type Quitting = 'no' | 'asking' | 'quitting' | 'core-stopped'

/** What holds window, tray and core together while the app runs. */
export class Shell {
  readonly #texts: Texts = textsFor(app.getLocale())
  readonly #awake = new StayAwake()
  readonly #window: MainWindow
  readonly #core: CoreProcess
  readonly #racers: Racers
  readonly #options: ShellOptions
  #tray: Tray | undefined
  #transferring = false
  #quitting: Quitting = 'no'
  #failureShown = false

  constructor(options: ShellOptions) {
    this.#options = options
    this.#window = new MainWindow({
      preload: options.preload,
      icon: options.icon,
      connect: (port) => this.#core.send({ is: 'page' } satisfies ShellMessage, [port]),
      mayClose: () => this.#mayClose(),
    })
    this.#core = new CoreProcess({
      fork: options.fork,
      after,
      now: () => performance.now(),
      onStart: () => this.#window.connect(),
      onMessage: (message) => this.#onCoreMessage(message),
      onCrash: (code, delayMs) => {
        this.#setTransferring(false)
        void this.#racers.end()
        console.error(`shoal: the core ended with code ${code}; next start in ${delayMs} ms`)
      },
    })
    this.#racers = new Racers({
      fork: options.forkRacer,
      channel: () => new MessageChannelMain(),
      tell: (message, ports) => this.#core.send(message, ports),
      after,
    })
  }

  start(link: string | undefined): void {
    setMenu(this.#texts)
    const actions = { open: () => this.#window.show(), quit: () => app.quit() }
    this.#tray = createTray(this.#options.trayIcon, this.#texts, actions)
    this.#core.start()
    if (link === undefined) this.#window.show()
    else this.#window.openLink(link)
    app.on('activate', () => this.#window.show())
    // A page that slept may have taken the silence for a core that is gone: a port lies ready for it.
    powerMonitor.on('resume', () => this.#window.connect())
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin') app.quit()
    })
    app.on('before-quit', (event) => this.#beforeQuit(event))
    app.on('will-quit', (event) => this.#willQuit(event))
  }

  show(): void {
    this.#window.show()
  }

  openLink(link: string): void {
    this.#window.openLink(link)
  }

  /** Told by a signal: nobody is there to be asked. */
  quitUnasked(): void {
    if (this.#quitting !== 'core-stopped') this.#quitting = 'quitting'
    app.quit()
  }

  #onCoreMessage(value: unknown): void {
    const message = readCoreMessage(value)
    if (message) this.#obey(message)
  }

  #obey(message: CoreMessage): void {
    switch (message.is) {
      case 'reveal':
        // Shown, never opened: what was downloaded may be a program.
        return system.showItemInFolder(message.path)
      case 'pick':
        return void this.#pick(message.id, message.what)
      case 'transferring':
        return this.#setTransferring(message.transferring)
      case 'notify':
        return notify({ title: message.title, body: message.body }, () => this.#window.show())
      case 'start-racer':
        return this.#racers.start(message.id, message.options)
      case 'kill-racer':
        return this.#racers.kill(message.id)
      case 'failed':
        return this.#showFailure(message.message)
    }
  }

  async #pick(id: number, what: 'file' | 'folder'): Promise<void> {
    const paths = await pick(this.#window.current, what, this.#texts)
    this.#core.send({ is: 'picked', id, paths: paths.slice(0, MAX_PICKED) } satisfies ShellMessage)
  }

  #setTransferring(transferring: boolean): void {
    this.#transferring = transferring
    this.#awake.set(transferring)
  }

  #showFailure(message: string): void {
    // The core is tried again in the background; once is enough to tell.
    if (this.#failureShown) return
    this.#failureShown = true
    dialog.showErrorBox(this.#texts.coreFailed, message)
  }

  #mayClose(): boolean {
    if (this.#quitting === 'quitting' || this.#quitting === 'core-stopped' || !this.#transferring) return true
    void this.#askToQuit()
    return false
  }

  #beforeQuit(event: Electron.Event): void {
    if (this.#quitting === 'quitting' || this.#quitting === 'core-stopped') return
    if (!this.#transferring) {
      this.#quitting = 'quitting'
      return
    }
    event.preventDefault()
    void this.#askToQuit()
  }

  async #askToQuit(): Promise<void> {
    if (this.#quitting !== 'no') return
    this.#quitting = 'asking'
    const answer = await askWhileTransferring(this.#window.current, this.#texts)
    // A signal may have come while the question stood.
    if (this.#quitting !== 'asking') return
    this.#quitting = answer === 'quit' ? 'quitting' : 'no'
    if (answer === 'quit') app.quit()
    if (answer === 'keep-running') this.#keepRunning()
  }

  #keepRunning(): void {
    // Without a tray there is no other way back to the window.
    if (this.#tray) this.#window.hide()
    else this.#window.current?.minimize()
  }

  /** Windows are gone; the core still has to say goodbye and write down how far it is. */
  #willQuit(event: Electron.Event): void {
    if (this.#quitting === 'core-stopped') return
    event.preventDefault()
    void this.#endProcesses().then(() => {
      this.#quitting = 'core-stopped'
      this.#setTransferring(false)
      for (const window of BrowserWindow.getAllWindows()) window.destroy()
      app.quit()
    })
  }
  async #endProcesses(): Promise<void> {
    await this.#core.stop()
    await this.#racers.end()
  }
}

function after(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms)
  return () => clearTimeout(timer)
}
