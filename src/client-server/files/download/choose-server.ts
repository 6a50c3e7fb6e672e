import type { LookupFunction } from 'node:net'
import type { CID } from 'multiformats/cid'
import { isShoalError, raceSignal, ShoalError, sleep, type Clock } from '../../../base/index.ts'
import { NEXT_SERVER_MS } from '../limits.ts'
import { Connection } from './connection.ts'

/**
 * The first of several origins that answers for a share: those of a link are mostly one laptop's interfaces, and only
 * some of them are reached from here. They are asked one after the other without waiting for each other (as RFC 8305).
 * @throws ShoalError `server-refused` when somebody answered and nobody has it, `server-unreachable` when nobody did,
 * or the signal's reason.
 */
export async function chooseServer(
  origins: readonly string[],
  cid: CID,
  options: { clock: Clock; signal: AbortSignal; lookup?: LookupFunction | undefined },
): Promise<string> {
  const { clock, signal } = options
  const decided = new AbortController()
  const asked = AbortSignal.any([signal, decided.signal])
  let last: unknown = new ShoalError('server-unreachable', 'no server is named')
  const tries = origins.map(async (origin, i) => {
    if (i > 0) await sleep(i * NEXT_SERVER_MS, { clock, signal: asked })
    await ask(origin, cid, { ...options, signal: asked })
    return origin
  })
  for (const attempt of tries) {
    attempt.catch((error: unknown) => {
      // What a server says tells more than that another does not answer.
      if (!asked.aborted && !isShoalError(last, 'server-refused')) last = error
    })
  }
  try {
    return await raceSignal(Promise.any(tries), signal)
  } catch {
    signal.throwIfAborted()
    throw last
  } finally {
    decided.abort()
  }
}

async function ask(
  origin: string,
  cid: CID,
  { clock, signal, lookup }: { clock: Clock; signal: AbortSignal; lookup?: LookupFunction | undefined },
): Promise<void> {
  const connection = new Connection(origin, clock, lookup)
  try {
    const { body } = await connection.get({ path: `/m/${cid.toString()}`, signal })
    await body[Symbol.asyncIterator]().return?.()
  } finally {
    connection.close()
  }
}
