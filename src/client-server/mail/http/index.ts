export { MailReader, type MailReaderInit } from './client.ts'
export { createMailHandler, MAIL_PREFIX, type MailHandlerInit } from './handler.ts'
export { listMessages, showMessage, sourceOf } from './resources.ts'
export type { ListedMessage, MessageList, ShownMessage } from './resources.ts'
