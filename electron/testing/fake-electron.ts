// As much of Electron as the shell touches. What matters is real: a utility process is a worker thread, a MessageChannelMain
// a channel, a page runs the preload as built. The rest writes down what it was asked.
import { EventEmitter } from 'node:events'
import { MessageChannel, Worker } from 'node:worker_threads'
import { FakePage } from './fake-page.ts'
import { PortMain, type Envelope } from './port-main.ts'

type Handler = (request: Request) => Promise<Response>

/** What a test sees and steers. */
export const fake = {
  packaged: true,
  locale: 'en-GB',
  hasLock: true,
  /** Run instead of the core the shell names. */
  coreModule: undefined as string | undefined,
  forks: [] as { modulePath: string; args: string[]; process: FakeUtilityProcess }[],
  windows: [] as FakeWindow[],
  handlers: new Map<string, Handler>(),
  privileges: [] as unknown[],
  revealed: [] as string[],
  notices: [] as { title: string; body: string }[],
  errors: [] as string[],
  protocolClients: [] as string[],
  blockers: new Set<number>(),
  /** Answers to the next dialogs. */
  picked: [] as string[],
  answer: 2,
  asked: 0,
  ended: false,
  /** Makes the page of a window; a browser's may take the place of the fake one. */
  openPage: (preload: string): Page => new FakePage(preload, 'app://shoal'),
}

/** Where the shell's messages to a page arrive. */
export interface Page {
  readonly ipcRenderer: EventEmitter
}

class FakeUtilityProcess extends EventEmitter {
  readonly #worker: Worker

  constructor(modulePath: string, argv: string[]) {
    super()
    this.#worker = new Worker(new URL('utility-bootstrap.ts', import.meta.url), {
      argv,
      workerData: { modulePath },
    })
    this.#worker.on('message', (message: unknown) => this.emit('message', message))
    this.#worker.on('error', () => {})
    this.#worker.on('exit', (code) => this.emit('exit', code))
  }

  postMessage(message: unknown, ports: PortMain[] = []): void {
    const envelope: Envelope = { message, ports: ports.map(({ raw }) => raw) }
    this.#worker.postMessage(envelope, envelope.ports)
  }

  kill(): boolean {
    void this.#worker.terminate()
    return true
  }
}

export const utilityProcess = {
  fork(modulePath: string, args: string[]): FakeUtilityProcess {
    const isCore = modulePath.endsWith('utility.js')
    const process = new FakeUtilityProcess((isCore && fake.coreModule) || modulePath, args)
    fake.forks.push({ modulePath, args, process })
    return process
  },
}

export class MessageChannelMain {
  readonly port1: PortMain
  readonly port2: PortMain

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port1 = new PortMain(port1)
    this.port2 = new PortMain(port2)
  }
}

class FakeContents extends EventEmitter {
  page: Page | undefined
  openHandler: ((details: { url: string }) => { action: string }) | undefined
  url = ''

  postMessage(channel: string, message: unknown, ports: PortMain[]): void {
    this.page?.ipcRenderer.emit(channel, { ports: ports.map(({ raw }) => raw) }, message)
  }

  send(channel: string, ...args: unknown[]): void {
    this.page?.ipcRenderer.emit(channel, { ports: [] }, ...args)
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler
  }

  getURL(): string {
    return this.url
  }

  reload(): void {
    this.emit('reload')
  }
}

interface WindowOptions {
  readonly webPreferences: { readonly preload: string }
  readonly [option: string]: unknown
}

class FakeWindow extends EventEmitter {
  readonly options: WindowOptions
  readonly webContents = new FakeContents()
  visible = false
  destroyed = false

  constructor(options: WindowOptions) {
    super()
    this.options = options
    fake.windows.push(this)
    app.emit('web-contents-created', {}, this.webContents)
    this.webContents.on('reload', () => setImmediate(() => this.#load()))
  }

  loadURL(url: string): Promise<void> {
    this.webContents.url = url
    // Never before the caller goes on.
    setImmediate(() => this.#load())
    return Promise.resolve()
  }

  #load(): void {
    this.webContents.emit('did-start-loading')
    this.webContents.page = fake.openPage(this.options.webPreferences.preload)
    this.webContents.emit('dom-ready')
    this.emit('ready-to-show')
  }

  show(): void {
    this.visible = true
  }

  hide(): void {
    this.visible = false
  }

  focus(): void {}
  minimize(): void {}
  restore(): void {}

  isMinimized(): boolean {
    return false
  }

  /** As when a person closes it; false when the shell kept it open. */
  close(): boolean {
    let kept = false
    this.emit('close', { preventDefault: () => (kept = true) })
    if (!kept) this.destroy()
    return !kept
  }

  destroy(): void {
    if (this.destroyed) return
    this.destroyed = true
    this.emit('closed')
    if (FakeWindow.getAllWindows().length === 0) app.emit('window-all-closed')
  }

  static getAllWindows(): FakeWindow[] {
    return fake.windows.filter(({ destroyed }) => !destroyed)
  }
}
export { FakeWindow as BrowserWindow }

class FakeApp extends EventEmitter {
  #quitting = false

  get isPackaged(): boolean {
    return fake.packaged
  }

  getPath = (name: string): string => `/home/somebody/${name}`
  getAppPath = (): string => '/app'
  getLocale = (): string => fake.locale
  whenReady = (): Promise<void> => Promise.resolve()
  requestSingleInstanceLock = (): boolean => fake.hasLock

  setAsDefaultProtocolClient(scheme: string): boolean {
    fake.protocolClients.push(scheme)
    return true
  }

  /** In Electron's order: before-quit, every window, will-quit, quit; each may stop it. */
  quit(): void {
    if (this.#quitting || fake.ended) return
    this.#quitting = true
    const stopped =
      this.#prevents('before-quit') ||
      FakeWindow.getAllWindows().some((window) => !window.close()) ||
      this.#prevents('will-quit')
    this.#quitting = false
    if (stopped) return
    fake.ended = true
    this.emit('quit')
  }

  #prevents(event: string): boolean {
    let prevented = false
    this.emit(event, { preventDefault: () => (prevented = true) })
    return prevented
  }
}
export const app = new FakeApp()

class FakeSession extends EventEmitter {
  checkPermission: ((contents: unknown, permission: string, origin: string) => boolean) | undefined
  requestPermission:
    ((contents: unknown, permission: string, answer: (yes: boolean) => void) => void) | undefined
  device: (() => boolean) | undefined
  beforeRequest: ((details: { url: string }, answer: (a: { cancel: boolean }) => void) => void) | undefined
  readonly webRequest = {
    onBeforeRequest: (listener: NonNullable<FakeSession['beforeRequest']>) => (this.beforeRequest = listener),
  }

  setPermissionCheckHandler(handler: NonNullable<FakeSession['checkPermission']>): void {
    this.checkPermission = handler
  }

  setPermissionRequestHandler(handler: NonNullable<FakeSession['requestPermission']>): void {
    this.requestPermission = handler
  }

  setDevicePermissionHandler(handler: () => boolean): void {
    this.device = handler
  }
}
export const session = { defaultSession: new FakeSession() }

export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown[]) => fake.privileges.push(...schemes),
  handle: (scheme: string, handler: Handler) => fake.handlers.set(scheme, handler),
}

export const dialog = {
  showOpenDialog: () => Promise.resolve({ canceled: fake.picked.length === 0, filePaths: fake.picked }),
  showMessageBox: () => {
    fake.asked++
    return Promise.resolve({ response: fake.answer })
  },
  showErrorBox: (_title: string, message: string) => fake.errors.push(message),
}

export const shell = { showItemInFolder: (path: string) => fake.revealed.push(path) }

export const powerMonitor = new EventEmitter()

let blockers = 0
export const powerSaveBlocker = {
  start: () => {
    fake.blockers.add(++blockers)
    return blockers
  },
  stop: (id: number) => fake.blockers.delete(id),
}

export class Notification extends EventEmitter {
  readonly #notice: { title: string; body: string }

  constructor(notice: { title: string; body: string }) {
    super()
    this.#notice = notice
  }

  static isSupported(): boolean {
    return true
  }

  show(): void {
    fake.notices.push(this.#notice)
  }
}

export class Tray extends EventEmitter {
  setToolTip(): void {}
  setContextMenu(): void {}
}

export const Menu = { buildFromTemplate: (template: unknown) => template, setApplicationMenu: () => {} }
export const nativeImage = { createFromPath: (path: string) => path }
export const nativeTheme = { shouldUseDarkColors: false }
