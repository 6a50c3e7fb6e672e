import { implement } from '@orpc/server'
import { contract } from '../../contract/index.ts'
import type { Messages } from '../messages/index.ts'

/** The part of the contract about people and what they say to each other. */
export function messagesRouter(core: { readonly messages: Messages }) {
  const api = implement(contract).messages
  return api.router({
    watch: api.watch.handler(({ signal }) => core.messages.watch(signal)),
    conversation: api.conversation.handler(({ input, signal }) => {
      return core.messages.conversation(input.peerId, signal)
    }),
    older: api.older.handler(({ input }) => core.messages.older(input.peerId, input.seq, input.limit)),
    send: api.send.handler(({ input, signal }) => core.messages.send(input.peerId, input.text, { signal })),
    tell: api.tell.handler(({ input, signal }) => {
      return core.messages.tell(input.to, input.text, input.waitMs, { signal })
    }),
    resend: api.resend.handler(({ input }) => core.messages.resend(input.peerId, input.id)),
    offer: api.offer.handler(async ({ input, signal }) => ({
      roundId: await core.messages.offer(input.shareId, input.to, input.text, { signal }),
    })),
    offerAgain: api.offerAgain.handler(({ input }) => core.messages.offerAgain(input.roundId)),
    closeRound: api.closeRound.handler(({ input }) => core.messages.closeRound(input.roundId)),
    answer: api.answer.handler(({ input }) => core.messages.answer(input.peerId, input.id, input)),
    markRead: api.markRead.handler(({ input }) => core.messages.markRead(input.peerId)),
    block: api.block.handler(({ input }) => core.messages.block(input.peerId, input.blocked)),
    verify: api.verify.handler(({ input }) => core.messages.verify(input.peerId, input.verified)),
    forget: api.forget.handler(({ input }) => core.messages.forget(input.peerId)),
  })
}
