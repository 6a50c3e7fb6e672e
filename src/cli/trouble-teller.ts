import type { Problem, ShareState } from '../contract/index.ts'
import type { Output } from './output.ts'

/** Says once what holds a share up: a full disk, a file that was changed, a folder that may not be written. */
export class TroubleTeller {
  readonly #output: Output
  #told: Problem['code'] | undefined

  constructor(output: Output) {
    this.#output = output
  }

  see(state: ShareState): void {
    const problem = state.is === 'stuck' ? state.problem : undefined
    if (problem?.code === this.#told) return
    this.#told = problem?.code
    if (!problem) return
    this.#output.event({ event: 'error', code: problem.code, message: problem.message })
    const rest =
      problem.code === 'source-changed'
        ? 'It is no longer served. Share it anew.'
        : 'It goes on by itself once that is mended.'
    this.#output.say(`Paused: ${problem.message}. ${rest}`)
  }
}
