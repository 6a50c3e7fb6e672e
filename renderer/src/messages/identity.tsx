import { Button } from '@mantine/core'
import { IconShieldCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { IdentityWords, Person } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { useAct } from '../ui/use-act.ts'
import { useOverview } from './overview.tsx'
import css from './identity.module.css'

/** Both identities as words: read to each other they show whether a name is borne by whom one thinks. */
export function Identity({ person }: { person: Person }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const overview = useOverview()
  const { peerId, name, verified } = person
  return (
    <details className={css.identity}>
      <summary>
        <IconShieldCheck size={16} data-verified={verified || undefined} aria-hidden="true" />
        {verified ? t('messages.verified') : t('messages.identity', { name })}
      </summary>
      <p className={css.text}>{t('messages.identityText')}</p>
      <dl className={css.words}>
        <dt>{t('messages.wordsTheirs', { name })}</dt>
        <Words words={person.words} />
        {overview && (
          <>
            <dt>{t('messages.wordsMine')}</dt>
            <Words words={overview.me.words} />
          </>
        )}
      </dl>
      <Button
        size="compact-sm"
        variant={verified ? 'subtle' : 'light'}
        onClick={() => void act(() => client.messages.verify({ peerId, verified: !verified }))}
      >
        {verified ? t('messages.unmatch') : t('messages.match')}
      </Button>
    </details>
  )
}

/** In Korean both lists: the other laptop may be in English. */
function Words({ words }: { words: IdentityWords }): ReactNode {
  const { language } = useText()
  return (
    <dd>
      {language === 'ko' && <span lang="ko">{words.ko.join(' · ')}</span>}
      <span lang="en" className={language === 'ko' ? 'sh-muted' : undefined}>
        {words.en.join(' · ')}
      </span>
    </dd>
  )
}
