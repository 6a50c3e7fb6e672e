import type { Notice, Update } from '../../../src/contract/index.ts'
import { INITIAL_STATE, lose, reduce, type AppState } from './state.ts'

/** The page's one store: fed by `app.watch`, read by `useSyncExternalStore`. */
export class AppStore {
  #state: AppState = INITIAL_STATE
  readonly #listeners = new Set<() => void>()
  readonly #noticeListeners = new Set<(notice: Notice) => void>()

  get(): AppState {
    return this.#state
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Notices happen once: they are handed on, not kept. */
  onNotice(listener: (notice: Notice) => void): () => void {
    this.#noticeListeners.add(listener)
    return () => void this.#noticeListeners.delete(listener)
  }

  apply(update: Update): void {
    this.#set(reduce(this.#state, update))
    if (update.is !== 'notice') return
    for (const listener of [...this.#noticeListeners]) listener(update.notice)
  }

  lose(): void {
    this.#set(lose(this.#state))
  }

  #set(next: AppState): void {
    if (next === this.#state) return
    this.#state = next
    for (const listener of [...this.#listeners]) listener()
  }
}
