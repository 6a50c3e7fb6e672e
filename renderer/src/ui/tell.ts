import { notifications } from '@mantine/notifications'

/** A short note that goes by itself. */
export function tell(message: string, close: string): void {
  notifications.show({ message, color: 'sea', autoClose: 4000, closeButtonProps: { 'aria-label': close } })
}
