/**
 * What Electron's preload gives to the page, and all of it; a page in a browser has none. The page is handed one end of a
 * message port to the core. It asks with a word of its own choosing, and takes the port only from a message of its own
 * window that carries that word.
 */
export interface ShellApi {
  /**
   * Answers, as soon as there is a port that was not handed out before, with `window.postMessage({ shoalPort: nonce },
   * origin, [port])`. After a core that ended, the next port leads to the next core.
   */
  acquirePort(nonce: string): void
  /** Path of a dropped or chosen file; empty when it has none. */
  pathForFile(file: object): string
  /** Links the system handed to the app, kept until somebody listens. They only fill in a form. */
  onLink(listener: (link: string) => void): void
}

/** The name under which the page finds it: `window.shoal`. */
export const SHELL_API_NAME = 'shoal'
