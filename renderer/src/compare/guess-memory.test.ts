import { expect, it } from 'vitest'
import { keepGuess, keptGuess } from './guess-memory.ts'
import { NO_GUESS, withGuess } from './model/guess.ts'

function storage(kept = new Map<string, string>()): Storage {
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as unknown as Storage
}

it('a guess outlives the page it was made on', () => {
  const at = storage()
  const guess = withGuess(NO_GUESS, 'p2p', 4, 1.5)
  keepGuess('race-1', guess, at)
  expect(keptGuess('race-1', at)).toEqual(guess)
  expect(keptGuess('race-2', at)).toBeUndefined()
})

it('what is no guess counts as none, and a storage that refuses is no error', () => {
  const broken = storage(new Map([['guess r', '{"http":1}']]))
  expect(keptGuess('r', broken)).toBeUndefined()
  keepGuess('empty', NO_GUESS, broken)
  expect(keptGuess('empty', broken)).toBeUndefined()
  const full = { setItem: () => expect.fail('full') } as unknown as Storage
  expect(() => keepGuess('r', NO_GUESS, full)).not.toThrow()
})
