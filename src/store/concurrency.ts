/** Runs `work` for each item, at most `limit` at a time. After a failure nothing new is begun, and it is thrown. */
export async function forEachLimited<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]()
  let failed = false
  const lane = async (): Promise<void> => {
    for (let item = rest.next(); !item.done && !failed; item = rest.next()) {
      try {
        await work(item.value)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const lanes = Array.from({ length: limit }, lane)
  await Promise.allSettled(lanes)
  // All have ended; the first failure is thrown.
  await Promise.all(lanes)
}
