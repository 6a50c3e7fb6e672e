/** A typed event source. Events announce facts; they never steer control flow, so a listener's error is not ours. */
export interface EventSource<Events extends object> {
  on<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): () => void
}

export class Emitter<Events extends object> implements EventSource<Events> {
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>()
  readonly #onError: (error: unknown) => void

  constructor(onError: (error: unknown) => void = reportLater) {
    this.#onError = onError
  }

  /** Adds a listener and returns the function that removes it. */
  on<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): () => void {
    let set = this.#listeners.get(name)
    if (!set) this.#listeners.set(name, (set = new Set()))
    set.add(listener)
    return () => void set.delete(listener)
  }

  emit<K extends keyof Events>(name: K, event: Events[K]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        ;(listener as (event: Events[K]) => void)(event)
      } catch (error) {
        this.#onError(error)
      }
    }
  }

  listenerCount(name: keyof Events): number {
    return this.#listeners.get(name)?.size ?? 0
  }

  clear(): void {
    this.#listeners.clear()
  }
}

function reportLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
