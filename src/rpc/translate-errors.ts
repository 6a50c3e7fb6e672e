import { mapEventIterator } from '@orpc/client'

/** The outcome of `run` with its error translated, and, when that is an iterator, the error that ends it. */
export async function translateErrors<T>(
  run: () => Promise<T>,
  translate: (error: unknown) => unknown,
): Promise<T> {
  try {
    const output: unknown = await run()
    if (!isIterator(output)) return output as T
    return mapEventIterator(output, {
      value: async (value: unknown) => value,
      error: async (error) => translate(error),
    }) as T
  } catch (error) {
    throw translate(error)
  }
}

export function isIterator(value: unknown): value is AsyncIterator<unknown, unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value
}
