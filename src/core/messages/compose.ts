import type { Shares } from '../shares/shares.ts'
import type { ViewHub } from '../view/hub.ts'
import { Messages, type MessagesInit } from './messages.ts'

/** The room of messages, over the shares as people see them. */
export function createMessages(
  init: Omit<MessagesInit, 'shares' | 'notice'> & { readonly shares: Shares; readonly hub: ViewHub },
): Messages {
  const { shares, hub } = init
  return new Messages({
    ...init,
    shares: {
      byId: (id) => hub.shares().find((share) => share.id === id),
      find: (cid) => hub.shares().find((share) => share.cid === cid),
      holders: (cid) => shares.holders(cid),
      download: (link, to) => shares.download(link, { to, peers: [] }),
    },
    notice: (notice) => hub.notice(notice),
  })
}
