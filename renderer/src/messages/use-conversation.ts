import { useCallback, useEffect } from 'react'
import type { CoreClient } from '../core/client.ts'
import { useClient } from '../core/context.tsx'
import { useFolded } from '../core/use-followed.ts'
import { useAct } from '../ui/use-act.ts'
import { afterUpdate, withOlder, type ConversationState } from './conversation-state.ts'

/** Messages fetched by one press on “earlier”. */
const OLDER = 100

/** A conversation while it is looked at; what is on screen counts as read. */
export function useConversation(peerId: string): {
  conversation: ConversationState | undefined
  loadOlder: () => void
} {
  const client = useClient()
  const act = useAct()
  const watch = useCallback(
    (core: CoreClient, signal: AbortSignal) => core.messages.conversation({ peerId }, { signal }),
    [peerId],
  )
  const [conversation, setConversation] = useFolded(watch, afterUpdate, undefined)

  const oldest = conversation?.messages[0]?.seq
  const loadOlder = useCallback(() => {
    if (oldest === undefined) return
    void act(() => client.messages.older({ peerId, seq: oldest, limit: OLDER })).then((page) => {
      if (page) setConversation((before) => before && withOlder(before, page))
    })
  }, [act, client, peerId, oldest, setConversation])
  return { conversation, loadOlder }
}

/** Tells the core that a conversation was read, while its page is in front. */
export function useMarkRead(peerId: string, unread: number): void {
  const client = useClient()
  useEffect(() => {
    const mark = (): void => {
      if (unread > 0 && document.visibilityState === 'visible')
        client.messages.markRead({ peerId }).catch(() => {
          // Still unread, and said so.
        })
    }
    mark()
    document.addEventListener('visibilitychange', mark)
    return () => document.removeEventListener('visibilitychange', mark)
  }, [client, peerId, unread])
}
