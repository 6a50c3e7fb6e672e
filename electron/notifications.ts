import { Notification } from 'electron'

/** Held until they are gone: a notification that is collected no longer answers a click. */
const shown = new Set<Notification>()

export function notify(notice: { title: string; body: string }, onClick: () => void): void {
  if (!Notification.isSupported()) return
  const notification = new Notification(notice)
  shown.add(notification)
  notification.once('close', () => shown.delete(notification))
  notification.once('click', () => {
    shown.delete(notification)
    onClick()
  })
  notification.show()
}
