import { Button, Checkbox } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { RaceInvitation } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { Card, Section } from '../ui/page.tsx'
import { useAct } from '../ui/use-act.ts'
import { useLaptops } from './use-laptops.ts'
import css from './laptops-section.module.css'

/** Bytes of a race across laptops: a few seconds on Wi-Fi, with sixteen of them as well. */
const SIZE = 8 * 2 ** 20

/** A race of the laptops that are connected now: those asked answer here too. */
export function LaptopsSection({ disabled }: { disabled: boolean }): ReactNode {
  const { t } = useText()
  const { laptops, invitations } = useLaptops()
  const [out, setOut] = useState<ReadonlySet<string>>(new Set())
  const client = useClient()
  const act = useAct()
  const chosen = laptops.filter(({ peerId }) => !out.has(peerId))
  const toggle = (peerId: string, takesPart: boolean): void => {
    const next = new Set(out)
    if (takesPart) next.delete(peerId)
    else next.add(peerId)
    setOut(next)
  }
  const start = (): void => {
    const peerIds = chosen.map(({ peerId }) => peerId)
    void act(() => client.compare.startLaptops({ peerIds, size: SIZE }))
  }
  return (
    <Section title={t('compare.laptops.title')} text={t('compare.laptops.text')}>
      <Card>
        <div className={css.laptops}>
          {invitations.map((invitation) => (
            <Invitation key={invitation.id} invitation={invitation} />
          ))}
          {laptops.length === 0 && <p className="sh-muted">{t('compare.laptops.none')}</p>}
          {laptops.length > 0 && (
            <fieldset className={css.list}>
              <legend>{t('compare.laptops.choose')}</legend>
              {laptops.map(({ peerId, name, link }) => (
                <Checkbox
                  key={peerId}
                  checked={!out.has(peerId)}
                  label={`${name} (${t(`compare.laptops.link.${link}`)})`}
                  onChange={(event) => toggle(peerId, event.currentTarget.checked)}
                />
              ))}
            </fieldset>
          )}
          {laptops.length > 0 && (
            <Button
              variant="light"
              w="fit-content"
              disabled={disabled || chosen.length === 0}
              onClick={start}
            >
              {t('compare.laptops.start')}
            </Button>
          )}
        </div>
      </Card>
    </Section>
  )
}

function Invitation({ invitation }: { invitation: RaceInvitation }): ReactNode {
  const { t, format } = useText()
  const client = useClient()
  const act = useAct()
  const { id, from, bytes, laptops } = invitation
  const answer = (accept: boolean) => void act(() => client.compare.answer({ id, accept }))
  return (
    <div className={css.invitation} role="status">
      <p>{t('compare.laptops.invited', { name: from.name, size: format.size(bytes), count: laptops })}</p>
      <div className={css.answers}>
        <Button size="compact-md" onClick={() => answer(true)}>
          {t('compare.laptops.accept')}
        </Button>
        <Button size="compact-md" variant="default" onClick={() => answer(false)}>
          {t('compare.laptops.decline')}
        </Button>
      </div>
    </div>
  )
}
