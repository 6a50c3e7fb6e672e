import { Switch } from '@mantine/core'
import type { ReactNode } from 'react'
import type { NamesView } from '../../../src/contract/index.ts'
import { useClient, useSettings } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { Card, Section } from '../ui/page.tsx'
import { useAct } from '../ui/use-act.ts'
import css from './other-domains.module.css'

/** Whether names outside the tree may be asked of others, and who may ask us. */
export function OtherDomains({ view }: { view: NamesView }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const { otherNames } = useSettings()
  const servers = view.upstream.servers.join(', ')
  const addresses = view.listening.map(({ address, port }) => `${address}:${port}`).join(', ')
  return (
    <Section title={t('names.others')} text={t('names.othersText')}>
      <Card className={css.card}>
        <Switch
          label={t('names.othersSwitch')}
          checked={otherNames}
          onChange={(event) => {
            const allowed = event.currentTarget.checked
            void act(() => client.settings.update({ otherNames: allowed }))
          }}
        />
        <p className="sh-muted">
          {servers === '' ? t('names.othersNone') : t('names.othersServers', { servers })}
        </p>
        <p className="sh-muted">
          {addresses === '' ? t('names.notListening') : t('names.listening', { addresses })}
        </p>
      </Card>
    </Section>
  )
}
