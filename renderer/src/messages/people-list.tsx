import type { ReactNode } from 'react'
import type { Person } from '../../../src/contract/index.ts'
import { useText } from '../i18n/use-text.ts'
import { Avatar } from '../nearby/avatar.tsx'
import { routeTo } from '../shell/route.ts'
import { HereDot } from '../ui/here-dot.tsx'
import css from './people-list.module.css'

/** Everybody to write to: those written with last come first, then those who are here, then the others. */
export function PeopleList(props: { people: readonly Person[]; current: string | undefined }): ReactNode {
  const { t } = useText()
  const people = [...props.people].sort(byInterest)
  return (
    <nav aria-label={t('messages.people')}>
      <ul className={css.list}>
        {people.map((person) => (
          <li key={person.peerId}>
            <PersonLink person={person} isCurrent={person.peerId === props.current} />
          </li>
        ))}
      </ul>
    </nav>
  )
}

function PersonLink({ person, isCurrent }: { person: Person; isCurrent: boolean }): ReactNode {
  const { t } = useText()
  const { peerId, name, here, blocked, unread } = person
  const state = blocked ? t('messages.blockedShort') : here ? t('messages.here') : t('messages.away')
  return (
    <a
      className={css.person}
      href={routeTo('messages', peerId)}
      aria-current={isCurrent ? 'page' : undefined}
      data-away={!here || blocked || undefined}
    >
      <Avatar name={name} />
      <span className={css.words}>
        <strong>
          <span className={css.name}>{name}</span>
          <HereDot here={here && !blocked} />
        </strong>
        <span className={css.last}>
          <span className="sh-visually-hidden">{state}. </span>
          {lastWords(person, t) ?? state}
        </span>
      </span>
      {unread > 0 && (
        <span className={css.unread} role="img" aria-label={t('messages.unread', { count: unread })}>
          {unread}
        </span>
      )}
    </a>
  )
}

function lastWords({ last }: Person, t: ReturnType<typeof useText>['t']): string | undefined {
  if (!last) return undefined
  const text =
    last.text !== '' || last.offer === null ? last.text : t('messages.offered', { name: last.offer })
  return last.mine ? t('messages.you', { text }) : text
}

function byInterest(a: Person, b: Person): number {
  return (
    Number(a.blocked) - Number(b.blocked) ||
    (b.last?.at ?? 0) - (a.last?.at ?? 0) ||
    Number(b.here) - Number(a.here) ||
    a.name.localeCompare(b.name)
  )
}
