export { writeNotification } from './notification.ts'
export type { NotificationInit, RecipientReport } from './notification.ts'
