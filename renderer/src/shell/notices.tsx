import { notifications } from '@mantine/notifications'
import { useEffect, type ReactNode } from 'react'
import type { Notice } from '../../../src/contract/index.ts'
import { useServices } from '../core/context.tsx'
import { problemText } from '../core/problem-text.ts'
import { useText } from '../i18n/use-text.ts'
import { parseRoute, routeTo } from './route.ts'
import type { TFunction } from 'i18next'

/** What happened once: a note on the page, and one of the system when the page is not being looked at. */
export function Notices(): ReactNode {
  const { store } = useServices()
  const { t } = useText()
  useEffect(
    () =>
      store.onNotice((notice) => {
        if (isInFront(notice)) return
        const words = noticeWords(notice, t)
        // It says what the earlier one said, and more.
        if (notice.is === 'all-have-it') notifications.hide(`safe-to-leave/${notice.id}`)
        notifications.show({
          id: `${notice.is}/${'id' in notice ? notice.id : ''}`,
          title: words.title,
          message:
            notice.is === 'message' ? (
              <WithLink words={words.message} peerId={notice.peerId} />
            ) : (
              words.message
            ),
          color: notice.is === 'problem' ? 'orange' : 'sea',
          autoClose: notice.is === 'problem' ? false : 12_000,
          closeButtonProps: { 'aria-label': t('app.close') },
        })
        tellSystem(words)
      }),
    [store, t],
  )
  return null
}

function WithLink({ words, peerId }: { words: string; peerId: string }): ReactNode {
  const { t } = useText()
  return (
    <>
      {words} <a href={routeTo('messages', peerId)}>{t('messages.open')}</a>
    </>
  )
}

/** A message of the conversation that is being looked at is seen without a note. */
function isInFront(notice: Notice): boolean {
  if (notice.is !== 'message' || document.visibilityState !== 'visible') return false
  const { page, rest } = parseRoute(window.location.hash)
  return page === 'messages' && rest === notice.peerId
}

/** Characters of a message shown in a note; the rest is in the conversation. */
const MAX_NOTICE_TEXT = 160

export interface NoticeWords {
  readonly title: string
  readonly message: string
}

export function noticeWords(notice: Notice, t: TFunction): NoticeWords {
  switch (notice.is) {
    case 'share-complete':
      return { title: t('notice.complete', { name: notice.name }), message: notice.path }
    case 'safe-to-leave':
      return { title: t('notice.safe', { name: notice.name }), message: '' }
    case 'all-have-it':
      return { title: t('notice.allHave', { name: notice.name, count: notice.receivers }), message: '' }
    case 'message': {
      const { name, offer, text } = notice
      const title =
        offer === null ? t('messages.noticeNote', { name }) : t('messages.noticeOffer', { name, offer })
      return { title, message: text.slice(0, MAX_NOTICE_TEXT) }
    }
    case 'problem': {
      const { what, why, todo, about } = problemText(notice.problem, t)
      return { title: what, message: [about, why, todo].filter(Boolean).join(' ') }
    }
  }
}

function tellSystem({ title, message }: NoticeWords): void {
  if (document.visibilityState === 'visible' || !('Notification' in window)) return
  if (Notification.permission !== 'granted') return
  new Notification(title, { body: message, icon: './icon.svg' })
}
