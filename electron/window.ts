import { app, BrowserWindow, MessageChannelMain, nativeTheme, type MessagePortMain } from 'electron'
import { APP_PAGE } from './app-protocol.ts'
import { LINK_CHANNEL, PORT_CHANNEL } from './channels.ts'
import { PAGE_RESTART_MS } from './limits.ts'

const SIZE = { width: 1120, height: 780, minWidth: 480, minHeight: 420 }
/** The page's own backgrounds, so that a window does not flash before the page is drawn. */
const BACKGROUND = { light: '#f4f8fb', dark: '#07141f' }

export interface WindowOptions {
  readonly preload: string
  readonly icon: string
  /** Gives the other end of a new page's port to the core. */
  readonly connect: (port: MessagePortMain) => boolean
  /** The window should close; false keeps it. */
  readonly mayClose: () => boolean
}

/** The one window. It is made when first shown, and again after it was closed. */
export class MainWindow {
  readonly #options: WindowOptions
  readonly #links: string[] = []
  #window: BrowserWindow | undefined
  #loaded = false

  constructor(options: WindowOptions) {
    this.#options = options
  }

  get current(): BrowserWindow | undefined {
    return this.#window
  }

  show(): void {
    const window = (this.#window ??= this.#create())
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  hide(): void {
    this.#window?.hide()
  }

  /** Shows the window with this link filled in. */
  openLink(link: string): void {
    this.#links.push(link)
    this.show()
    this.#sendLinks()
  }

  /** Gives the page a way to the core that runs now. */
  connect(): void {
    if (!this.#window || !this.#loaded) return
    const { port1, port2 } = new MessageChannelMain()
    if (this.#options.connect(port1)) this.#window.webContents.postMessage(PORT_CHANNEL, null, [port2])
  }

  #create(): BrowserWindow {
    const window = new BrowserWindow({
      ...SIZE,
      show: false,
      title: 'Shoal',
      icon: this.#options.icon,
      backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      webPreferences: {
        preload: this.#options.preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
        devTools: !app.isPackaged,
      },
    })
    window.once('ready-to-show', () => window.show())
    window.webContents.on('did-start-loading', () => (this.#loaded = false))
    // By then the preload listens. A page that was reloaded has lost its port and gets another.
    window.webContents.on('dom-ready', () => {
      this.#loaded = true
      this.connect()
      this.#sendLinks()
    })
    window.webContents.on('render-process-gone', () => this.#reloadSoon(window))
    window.on('close', (event) => {
      if (!this.#options.mayClose()) event.preventDefault()
    })
    window.once('closed', () => {
      this.#window = undefined
      this.#loaded = false
    })
    void window.loadURL(APP_PAGE)
    return window
  }

  /** A page that cannot live must not be started without end. */
  #reloadSoon(window: BrowserWindow): void {
    setTimeout(() => {
      if (!window.isDestroyed()) window.webContents.reload()
    }, PAGE_RESTART_MS)
  }

  #sendLinks(): void {
    if (!this.#window || !this.#loaded) return
    for (const link of this.#links.splice(0)) this.#window.webContents.send(LINK_CHANNEL, link)
  }
}
