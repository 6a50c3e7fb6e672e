/** What the page gets from the place it runs in, besides the core: Electron's preload or the browser. */
export interface Platform {
  /** The path of a dropped or chosen file; undefined where the page sees no paths (a browser). */
  readonly pathForFile: ((file: File) => string) | undefined
  /** Sends the bytes of an upload; undefined where paths do. */
  readonly token: string | undefined
  /** Calls back with each `shoal:` link the system hands to the app. */
  readonly onLink: (listener: (link: string) => void) => () => void
}
