export { createMessages } from './compose.ts'
export { Messages, type MessagesInit, type MessagesShares } from './messages.ts'
