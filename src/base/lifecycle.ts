/** What is started must be stopped. `stop` may be called twice and releases everything even if `start` failed half-way. */
export interface Startable {
  start(): Promise<void>
  stop(): Promise<void>
}

/** Collects what must be released and releases it once, last first. Errors are gathered, never swallowed. */
export class Cleanup {
  #steps: (() => unknown)[] = []
  #done: Promise<void> | undefined

  /** Adds a step; after `run` began, the step runs at once. */
  add(step: () => unknown): void {
    if (this.#done) void Promise.resolve(this.#done).then(step)
    else this.#steps.push(step)
  }

  run(): Promise<void> {
    return (this.#done ??= this.#runAll())
  }

  async #runAll(): Promise<void> {
    const errors: unknown[] = []
    for (const step of this.#steps.toReversed()) {
      try {
        await step()
      } catch (error) {
        errors.push(error)
      }
    }
    this.#steps = []
    if (errors.length === 1) throw errors[0]
    if (errors.length > 1) throw new AggregateError(errors, 'several steps of the clean-up failed')
  }
}
