import { ShoalError } from '../base/index.ts'
import type { HostShell } from './hosted-core.ts'
import { MAX_OPEN_DIALOGS, MAX_SHELL_TEXT } from './limits.ts'
import type { CoreMessage } from './shell-protocol.ts'

/** The core's side of the shell's protocol: asks, and keeps who waits for an answer. */
export class ShellClient implements HostShell {
  readonly #post: (message: CoreMessage) => void
  readonly #dialogs = new Map<number, (paths: string[]) => void>()
  #nextId = 1

  constructor(post: (message: CoreMessage) => void) {
    this.#post = post
  }

  async reveal(path: string): Promise<void> {
    this.#post({ is: 'reveal', path })
  }

  /** Resolves with what was chosen, empty when cancelled. */
  async pick(what: 'file' | 'folder'): Promise<string[]> {
    if (this.#dialogs.size >= MAX_OPEN_DIALOGS)
      throw new ShoalError('rate-limited', 'a dialog is open already')
    const id = this.#nextId++
    const { promise, resolve } = Promise.withResolvers<string[]>()
    this.#dialogs.set(id, resolve)
    this.#post({ is: 'pick', id, what })
    return promise
  }

  setTransferring(transferring: boolean): void {
    this.#post({ is: 'transferring', transferring })
  }

  notify({ title, body }: { title: string; body: string }): void {
    this.#post({ is: 'notify', title: title.slice(0, MAX_SHELL_TEXT), body: body.slice(0, MAX_SHELL_TEXT) })
  }

  /** A dialog was answered; unknown ids are nobody's. */
  picked(id: number, paths: string[]): void {
    this.#dialogs.get(id)?.(paths)
    this.#dialogs.delete(id)
  }
}
