import { writeFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { ShoalError, toShoalError } from '../../base/index.ts'
import { EXIT, type Client, type CommandContext } from '../command.ts'
import type { CommonOptions, ParsedArguments } from '../arguments.ts'
import { createOutput, type Output } from '../output.ts'

/** What is written once a comparison is done. */
export interface OutputFile<F extends string> {
  readonly path: string
  readonly format: F
}

/** The file `--out` names, its format by its ending. Throws `bad-usage` with `otherwise` for any other ending. */
export function outputFile<F extends string>(
  cwd: string,
  name: ParsedArguments['values'][string],
  formats: readonly F[],
  otherwise: string,
): OutputFile<F> | undefined {
  if (name === undefined) return undefined
  const path = resolve(cwd, String(name))
  const format = formats.find((each) => extname(path).toLowerCase() === `.${each}`)
  if (!format) throw new ShoalError('bad-usage', `--out takes a file that ends in ${otherwise}`)
  return { path, format }
}

/** Opens a core, measures, writes what was measured if that is wanted, and closes the core. Gives the exit code. */
export async function compareWith<F extends string>(
  { common, context }: { common: CommonOptions; context: CommandContext },
  out: OutputFile<F> | undefined,
  /** Gives the id of the saved result; undefined when interrupted. */
  measure: (client: Client, output: Output, interrupted: AbortSignal) => Promise<string | undefined>,
  exported: (client: Client, result: { id: string; format: F }) => Promise<{ text: string }>,
): Promise<number> {
  const output = createOutput(common, context.streams)
  const core = await context.openCore(common, output)
  try {
    const id = await measure(core.client, output, context.interrupted)
    if (id === undefined) return EXIT.interrupted
    if (out) await write(out.path, (await exported(core.client, { id, format: out.format })).text)
    return EXIT.done
  } finally {
    await core.close()
  }
}

/** A row of a table: the first cell begins at the left, the others end at their column's right. */
export function columns(cells: readonly string[], widths: readonly number[]): string {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('')
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((error: unknown) => {
    throw toShoalError(error, 'storage-failed')
  })
}
