import { MAX_LIST } from '../limits.ts'
import type { PeerUpdate } from '../policy/types.ts'
import type { UpdateMessage } from '../wire/messages.ts'

/** One message, or a few when lists are longer than one may be. None if there is nothing to say. */
export function splitUpdate(update: PeerUpdate, parts: number): UpdateMessage[] {
  const { have, request, cancel } = update
  const longest = Math.max(have.length, request.length, cancel.length)
  if (longest === 0 && update.credit === 0 && !update.bitmap) return []
  const messages: UpdateMessage[] = []
  for (let at = 0; at === 0 || at < longest; at += MAX_LIST) {
    const slice = (list: readonly number[]): readonly number[] => list.slice(at, at + MAX_LIST)
    messages.push({
      is: 'update',
      have: slice(have),
      request: slice(request),
      cancel: slice(cancel),
      credit: at === 0 ? update.credit : 0,
      bitmap: at === 0 && update.bitmap ? { parts, bytes: update.bitmap } : undefined,
    })
  }
  return messages
}
