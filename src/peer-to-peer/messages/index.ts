export { identityWords, type IdentityWords } from './identity-words.ts'
export { MAX_NOTE } from './limits.ts'
export type { OfferReport, PeerMessage } from './message.ts'
export {
  MESSAGE_PROTOCOL,
  Messenger,
  type MessageNetwork,
  type MessengerOptions,
  type Recipient,
} from './messenger.ts'
