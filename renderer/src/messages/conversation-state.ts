import type { ConversationUpdate, DirectMessage } from '../../../src/contract/index.ts'

/** A conversation as far as it is on screen, oldest first. */
export interface ConversationState {
  readonly messages: readonly DirectMessage[]
  /** There are earlier ones that were not asked for yet. */
  readonly hasOlder: boolean
}

/** Both sides choose ids, so that the side belongs to the key. */
export function keyOf(message: DirectMessage): string {
  return `${message.mine ? 'mine' : 'theirs'}/${message.id}`
}

export function afterUpdate(
  before: ConversationState | undefined,
  update: ConversationUpdate,
): ConversationState {
  const { is, messages, hasOlder } = update
  if (is === 'whole' || !before) return { messages, hasOlder }
  return { messages: merge(before.messages, messages), hasOlder: before.hasOlder }
}

/** With an earlier page in front. */
export function withOlder(
  before: ConversationState,
  page: { readonly messages: readonly DirectMessage[]; readonly hasOlder: boolean },
): ConversationState {
  return { messages: merge(page.messages, before.messages), hasOlder: page.hasOlder }
}

/** Later ones replace earlier ones of the same key; a message sent again moves to its new place. */
function merge(first: readonly DirectMessage[], second: readonly DirectMessage[]): DirectMessage[] {
  const byKey = new Map([...first, ...second].map((message) => [keyOf(message), message]))
  return [...byKey.values()].sort((a, b) => a.seq - b.seq)
}
