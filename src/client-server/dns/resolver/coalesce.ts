import type { Exchange, Reply } from './types.ts'

/**
 * The same question to the same server is sent once, however many wait for it: whoever forges answers must not get many
 * questions to guess at (RFC 5452 §5). Who comes later shares the first one's patience.
 */
export function coalesced(exchange: Exchange): Exchange {
  const underWay = new Map<string, Promise<Reply>>()
  return (server, question, options) => {
    const { name, type, class: klass } = question
    const key = `${server.address} ${server.port} ${options.recursive ?? false} ${klass} ${type} ${name.key}`
    const shared = underWay.get(key)
    if (shared) return shared
    const work = exchange(server, question, options).finally(() => underWay.delete(key))
    underWay.set(key, work)
    return work
  }
}
