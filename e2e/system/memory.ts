import { readFileSync } from 'node:fs'

/** Reads the most memory a process ever had in RAM, until told to stop. Linux. */
export class MemoryWatch {
  readonly #pid: number
  readonly #timer: NodeJS.Timeout
  #peak = 0

  constructor(pid: number) {
    this.#pid = pid
    this.#look()
    this.#timer = setInterval(() => this.#look(), 100)
  }

  /** MiB. */
  stop(): number {
    clearInterval(this.#timer)
    return Math.round(this.#peak / 1024)
  }

  /** The kernel keeps the maximum itself; what is missed is what came after the last look. */
  #look(): void {
    try {
      const status = readFileSync(`/proc/${this.#pid}/status`, 'utf8')
      this.#peak = Math.max(this.#peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]))
    } catch {
      clearInterval(this.#timer)
    }
  }
}
