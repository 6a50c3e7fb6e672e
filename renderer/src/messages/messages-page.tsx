import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { MessagesOverview } from '../../../src/contract/index.ts'
import { useText } from '../i18n/use-text.ts'
import { routeTo } from '../shell/route.ts'
import { Empty, SwarmArt } from '../ui/empty.tsx'
import { Card, Page } from '../ui/page.tsx'
import { Conversation } from './conversation.tsx'
import { MailPage } from './mail/mail-page.tsx'
import { parseMailRoute } from './mail/mail-route.ts'
import { Ways } from './mail/ways.tsx'
import { OfferEveryone } from './offer-everyone.tsx'
import { useOverview } from './overview.tsx'
import { PeopleList } from './people-list.tsx'
import { Rounds } from './rounds.tsx'
import css from './messages-page.module.css'

/** The two ways of sending: from laptop to laptop, and by mail. `rest` is what follows the page's name. */
export function MessagesPage({ rest }: { rest: string | undefined }): ReactNode {
  const mail = parseMailRoute(rest)
  return mail ? <MailPage route={mail} /> : <DirectPage peerId={rest} />
}

/** Direct messages: people, the conversation with one of them, and what was offered to all at once. */
function DirectPage({ peerId }: { peerId: string | undefined }): ReactNode {
  const { t } = useText()
  const overview = useOverview()
  const people = overview?.people ?? []
  return (
    <Page title={t('messages.title')} lead={t('messages.lead')} actions={<OfferEveryone />}>
      <Ways current="direct" />
      {overview && peerId === undefined && <Rounds rounds={overview.rounds} />}
      {overview && people.length === 0 && peerId === undefined ? (
        <Nobody />
      ) : (
        <div className={css.columns} data-open={peerId !== undefined || undefined}>
          <div className={css.people}>
            <PeopleList people={people} current={peerId} />
          </div>
          <div className={css.conversation}>{overview && <Right overview={overview} peerId={peerId} />}</div>
        </div>
      )}
    </Page>
  )
}

function Right({ overview, peerId }: { overview: MessagesOverview; peerId: string | undefined }): ReactNode {
  const { t } = useText()
  const person = overview.people.find((each) => each.peerId === peerId)
  if (person) return <Conversation key={person.peerId} person={person} />
  return (
    <Card>
      {peerId === undefined ? (
        <Empty title={t('messages.choose')} text={t('messages.chooseText')} />
      ) : (
        <Empty title={t('messages.stranger')}>
          <Button component="a" variant="default" href={routeTo('messages')}>
            {t('messages.back')}
          </Button>
        </Empty>
      )}
    </Card>
  )
}

function Nobody(): ReactNode {
  const { t } = useText()
  return (
    <Card>
      <Empty art={<SwarmArt />} title={t('messages.nobody')} text={t('messages.nobodyText')}>
        <Button component="a" variant="default" href={routeTo('nearby')}>
          {t('messages.toNearby')}
        </Button>
      </Empty>
    </Card>
  )
}
