import { ActionIcon, Button, Menu, Modal } from '@mantine/core'
import { IconArrowLeft, IconBan, IconDots, IconTrash } from '@tabler/icons-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { Person } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { Avatar } from '../nearby/avatar.tsx'
import { navigate, routeTo } from '../shell/route.ts'
import { IN_MAIN } from '../ui/overlay.ts'
import { useAct } from '../ui/use-act.ts'
import { Composer } from './composer.tsx'
import { keyOf } from './conversation-state.ts'
import { Identity } from './identity.tsx'
import { MessageRow } from './message-row.tsx'
import { useConversation, useMarkRead } from './use-conversation.ts'
import { HereDot } from '../ui/here-dot.tsx'
import css from './conversation.module.css'

/** What was said with one person, and the place to say more. */
export function Conversation({ person }: { person: Person }): ReactNode {
  const { t } = useText()
  const { conversation, loadOlder } = useConversation(person.peerId)
  useMarkRead(person.peerId, person.unread)
  const messages = conversation?.messages ?? []
  const list = useFollowEnd(messages.at(-1)?.seq)
  return (
    <section className={css.conversation} aria-label={t('messages.conversationWith', { name: person.name })}>
      <Head person={person} />
      <Identity person={person} />
      <div
        ref={list}
        className={css.scroll}
        // What scrolls must be within reach of the keyboard.
        tabIndex={0}
        role="log"
        aria-label={t('messages.conversationWith', { name: person.name })}
      >
        {conversation?.hasOlder && (
          <Button className={css.older} size="compact-sm" variant="subtle" onClick={loadOlder}>
            {t('messages.older')}
          </Button>
        )}
        {conversation && messages.length === 0 && <p className={css.empty}>{t('messages.empty')}</p>}
        <ol className={css.list}>
          {messages.map((message) => (
            <MessageRow key={keyOf(message)} message={message} person={person.name} />
          ))}
        </ol>
      </div>
      {person.blocked ? <Blocked person={person} /> : <Composer person={person} />}
    </section>
  )
}

function Head({ person }: { person: Person }): ReactNode {
  const { t } = useText()
  const { name, here, blocked } = person
  const state = blocked ? t('messages.blockedShort') : here ? t('messages.here') : t('messages.away')
  return (
    <header className={css.head}>
      <ActionIcon
        component="a"
        className={css.back}
        variant="subtle"
        color="gray"
        href={routeTo('messages')}
        aria-label={t('messages.back')}
      >
        <IconArrowLeft size={19} aria-hidden="true" />
      </ActionIcon>
      <Avatar name={name} />
      <div className={css.who}>
        <h2>{name}</h2>
        <p className={css.state}>
          <HereDot here={here && !blocked} /> {state}
        </p>
      </div>
      <More person={person} />
    </header>
  )
}

function More({ person }: { person: Person }): ReactNode {
  const { t } = useText()
  const { peerId, name, blocked } = person
  const client = useClient()
  const act = useAct()
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Menu position="bottom-end" portalProps={IN_MAIN} shadow="md">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('messages.more', { name })}>
            <IconDots size={19} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconBan size={15} aria-hidden="true" />}
            onClick={() => void act(() => client.messages.block({ peerId, blocked: !blocked }))}
          >
            {blocked ? t('messages.unblock') : t('messages.block')}
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={15} aria-hidden="true" />} onClick={() => setAsking(true)}>
            {t('messages.forget')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('messages.forgetTitle', { name })}
        closeButtonProps={{ 'aria-label': t('app.close') }}
        centered
      >
        <p>{t('messages.forgetText')}</p>
        <div className={css.modalActions}>
          <Button variant="default" onClick={() => setAsking(false)}>
            {t('app.cancel')}
          </Button>
          <Button
            color="warm"
            onClick={() => {
              setAsking(false)
              navigate(routeTo('messages'))
              void act(() => client.messages.forget({ peerId }))
            }}
          >
            {t('messages.forgetNow')}
          </Button>
        </div>
      </Modal>
    </>
  )
}

function Blocked({ person }: { person: Person }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const { peerId, name } = person
  return (
    <div className={css.blocked}>
      <p>{t('messages.blocked', { name })}</p>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => void act(() => client.messages.block({ peerId, blocked: false }))}
      >
        {t('messages.unblock')}
      </Button>
    </div>
  )
}

/** A new message scrolls into view, unless somebody reads further up. */
const NEAR_END_PX = 140

function useFollowEnd(newest: number | undefined): React.RefObject<HTMLDivElement | null> {
  const list = useRef<HTMLDivElement>(null)
  const isFirst = useRef(true)
  useEffect(() => {
    const element = list.current
    if (!element || newest === undefined) return
    const fromEnd = element.scrollHeight - element.scrollTop - element.clientHeight
    const last = element.querySelector('li:last-child')?.clientHeight ?? 0
    if (isFirst.current || fromEnd < NEAR_END_PX + last) element.scrollTop = element.scrollHeight
    isFirst.current = false
  }, [newest])
  return list
}
