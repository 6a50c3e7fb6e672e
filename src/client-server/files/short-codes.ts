import type { Clock, Random } from '../../base/index.ts'
import { MAX_GUESSERS, SHORT_WINDOW_MS } from './limits.ts'

/** Sounds that are not taken for each other when somebody reads them out across a room, in English or Korean. */
const CONSONANTS = 'bdgjkmnprstz'
const VOWELS = 'aeiou'
const SYLLABLES = 3

/**
 * A spoken address: three syllables such as `kamuto`, 216,000 of them. Not a secret: a person hands it out, and only
 * the limit on wrong guesses protects what it leads to.
 */
export function createShortCode(random: Random, isTaken: (code: string) => boolean = () => false): string {
  for (;;) {
    let code = ''
    for (let i = 0; i < SYLLABLES; i++) {
      code += CONSONANTS[random.below(CONSONANTS.length)]! + VOWELS[random.below(VOWELS.length)]!
    }
    if (!isTaken(code)) return code
  }
}

/** Whether it has the form of one: four to six letters or digits. */
export function isShortCode(text: string): boolean {
  return /^[a-z0-9]{4,6}$/.test(text)
}

/** Counts wrong guesses, per network address and of all, in windows of a minute. */
export class GuessLimit {
  readonly #clock: Clock
  readonly #perAddress: number
  readonly #total: number
  #misses = new Map<string, number>()
  #all = 0
  #since: number

  constructor(options: { clock: Clock; perAddress: number; total: number }) {
    this.#clock = options.clock
    this.#perAddress = options.perAddress
    this.#total = options.total
    this.#since = options.clock.now()
  }

  /** Whether this address may try. */
  allows(address: string): boolean {
    this.#turn()
    return this.#all < this.#total && (this.#misses.get(address) ?? 0) < this.#perAddress
  }

  miss(address: string): void {
    this.#turn()
    this.#all++
    if (this.#misses.size < MAX_GUESSERS || this.#misses.has(address)) {
      this.#misses.set(address, (this.#misses.get(address) ?? 0) + 1)
    }
  }

  #turn(): void {
    if (this.#clock.now() - this.#since < SHORT_WINDOW_MS) return
    this.#since = this.#clock.now()
    this.#misses = new Map()
    this.#all = 0
  }
}
