import { errorMessage, type Random } from '../../../base/index.ts'
import type { Outgoing } from '../smtp/client/client.ts'
import { isPositive, isTemporary, replyText, type Reply } from '../smtp/reply.ts'
import { MAX_RECIPIENTS_PER_TRANSACTION } from './limits.ts'
import type { ConnectionPool } from './pool.ts'
import { findRoute, type Hop, type MailResolver } from './route.ts'
import type { Outcome } from './types.ts'

/** Puts a message into a mailbox of this laptop. */
export type DeliverLocally = (letter: {
  readonly from: string
  readonly to: string
  readonly message: Uint8Array
  readonly messageId: string
}) => Promise<Outcome>

export interface AttemptInit {
  readonly resolver: MailResolver
  readonly random: Random
  readonly pool: ConnectionPool
  readonly isLocalDomain: (domain: string) => boolean
  readonly isSelf: (host: string) => boolean
  readonly deliverLocally: DeliverLocally
}

export interface AttemptResult {
  readonly outcomes: ReadonlyMap<string, Outcome>
  /** Which way it went, for people. */
  readonly way: string
}

/**
 * Tries once to bring a message to some recipients at one domain. Whatever goes wrong outside is an outcome; rejects only when the
 * signal fires.
 */
export async function attempt(
  domain: string,
  letter: Outgoing,
  init: AttemptInit,
  signal: AbortSignal,
): Promise<AttemptResult> {
  if (init.isLocalDomain(domain)) return deliverHere(letter, init)
  const route = await findRoute(domain, init, signal)
  if (route.is === 'impossible') return forAll(letter, failed(route.status, route.reason, undefined, false))
  if (route.is === 'later') return forAll(letter, deferred(route.status, route.reason, undefined, true))
  const way = route.hops.map(({ host, address, port }) => `${host} (${address}:${port})`).join(', ')
  return { ...(await push(route.hops, letter, init.pool, signal)), way }
}

async function deliverHere(letter: Outgoing, { deliverLocally }: AttemptInit): Promise<AttemptResult> {
  const { from, message, messageId } = letter
  const outcomes = new Map<string, Outcome>()
  for (const to of letter.recipients) {
    try {
      outcomes.set(to, await deliverLocally({ from, to, message, messageId }))
    } catch (error) {
      outcomes.set(to, deferred('4.3.0', errorMessage(error), undefined, false))
    }
  }
  return { outcomes, way: '' }
}

async function push(
  hops: readonly Hop[],
  letter: Outgoing,
  pool: ConnectionPool,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const outcomes = new Map<string, Outcome>()
  for (let at = 0; at < letter.recipients.length; at += MAX_RECIPIENTS_PER_TRANSACTION) {
    const recipients = letter.recipients.slice(at, at + MAX_RECIPIENTS_PER_TRANSACTION)
    const part = { ...letter, recipients }
    for (const [to, outcome] of await pushPart(hops, part, pool, signal)) outcomes.set(to, outcome)
  }
  return { outcomes, way: '' }
}

async function pushPart(
  hops: readonly Hop[],
  letter: Outgoing,
  pool: ConnectionPool,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Outcome>> {
  for (;;) {
    let server: string | undefined
    let isReused = false
    try {
      const taken = await pool.take(hops, signal)
      const { client } = taken
      isReused = taken.isReused
      server = client.target.host
      // The socket does not outlive the attempt that was given up.
      const giveUp = (): void => client.close()
      signal.addEventListener('abort', giveUp, { once: true })
      const replies = await client.send(letter, { signal }).finally(() => {
        signal.removeEventListener('abort', giveUp)
        pool.give(client)
      })
      return new Map([...replies].map(([to, answer]) => [to, outcomeOf(answer, client.target.host)]))
    } catch (error) {
      signal.throwIfAborted()
      // A connection that was kept may have been closed at the other end meanwhile; whether the message got through nobody knows, and
      // twice is better than never.
      if (isReused) continue
      return forAll(letter, deferred('4.4.1', errorMessage(error), server, true)).outcomes
    }
  }
}

function outcomeOf(answer: Reply, server: string): Outcome {
  const text = replyText(answer)
  if (isPositive(answer)) return { is: 'delivered', server, text }
  // 421: the server closes, whoever the recipient is (RFC 5321 §3.8).
  if (isTemporary(answer)) return deferred(answer.status ?? '4.0.0', text, server, answer.code === 421)
  return failed(answer.status ?? '5.0.0', text, server, false)
}

function forAll(letter: Outgoing, outcome: Outcome): AttemptResult {
  return { outcomes: new Map(letter.recipients.map((to) => [to, outcome])), way: '' }
}

function failed(status: string, text: string, server: string | undefined, isWholeDomain: boolean): Outcome {
  return { is: 'failed', status, text, server, isWholeDomain }
}

function deferred(status: string, text: string, server: string | undefined, isWholeDomain: boolean): Outcome {
  return { is: 'deferred', status, text, server, isWholeDomain }
}
