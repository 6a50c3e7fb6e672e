import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Random } from '../base/index.ts'

export interface Round {
  /** Held when the download was taken up. */
  readonly resumed: readonly number[]
  /** Said to be held before the end. */
  readonly put: readonly number[]
  /** Where it is, when it came to its end before it was killed. */
  readonly complete: string | undefined
}

/** Runs the child and kills it after a random number of its lines, at a random moment after that line. */
export async function killRound(
  home: string,
  targetDir: string,
  random: Random,
  lines: number,
): Promise<Round> {
  const script = fileURLToPath(new URL('./kill-child.ts', import.meta.url))
  const args = [script, home, targetDir, String(random.below(2 ** 31))]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const round = { resumed: [] as number[], put: [] as number[], complete: undefined as string | undefined }
  let left = lines
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('resumed ')) round.resumed = line.slice(8).split(',').filter(Boolean).map(Number)
    else if (line.startsWith('complete ')) round.complete = line.slice(9)
    else round.put.push(Number(line))
    // A busy wait of less than a tick, so that the moment is not always that of an answer.
    if (--left === 0) {
      const until = performance.now() + random.next() * 4
      while (performance.now() < until);
      child.kill('SIGKILL')
    }
  }
  const [code, signal] = (await exited) as [number | null, string | null]
  if (code !== 0 && signal !== 'SIGKILL') throw new Error(`the child failed: ${code ?? signal}`)
  return round
}
