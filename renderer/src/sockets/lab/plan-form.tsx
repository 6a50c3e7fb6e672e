import { Button, NativeSelect, Switch } from '@mantine/core'
import type { ReactNode } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Card, Section } from '../../ui/page.tsx'
import type { PlanChoice } from './plan.ts'
import { PortInput } from '../../ui/port-input.tsx'
import css from './lab.module.css'

/** What conversation to hold. Any change begins a new lab: sockets do not change their kind. */
export function PlanForm(props: {
  choice: PlanChoice
  onChange: (choice: PlanChoice) => void
  onAgain: () => void
}): ReactNode {
  const { t } = useText()
  const { choice, onChange } = props
  const isOpen = choice.reach === 'network'
  return (
    <Section title={t('sockets.lab.plan')}>
      <Card>
        <div className={css.plan}>
          <NativeSelect
            label={t('sockets.lab.transport')}
            value={choice.type}
            data={[
              { value: 'SOCK_STREAM', label: t('sockets.lab.tcp') },
              { value: 'SOCK_DGRAM', label: t('sockets.lab.udp') },
            ]}
            onChange={({ currentTarget: { value } }) =>
              onChange({ ...choice, type: value as PlanChoice['type'] })
            }
          />
          <NativeSelect
            label={t('sockets.lab.program')}
            value={choice.program}
            data={[
              { value: 'echo', label: t('sockets.lab.echo') },
              { value: 'chat', label: t('sockets.lab.chat') },
            ]}
            onChange={({ currentTarget: { value } }) =>
              onChange({ ...choice, program: value as PlanChoice['program'] })
            }
          />
          <NativeSelect
            label={t('sockets.lab.family')}
            value={choice.domain}
            data={[
              { value: 'PF_INET', label: 'IPv4: PF_INET' },
              { value: 'PF_INET6', label: 'IPv6: PF_INET6' },
            ]}
            onChange={({ currentTarget: { value } }) =>
              onChange({ ...choice, domain: value as PlanChoice['domain'] })
            }
          />
          <PortInput
            label={t('sockets.lab.port')}
            value={choice.port}
            onChange={(value) => onChange({ ...choice, port: Number(value) || 0 })}
          />
          <Button variant="default" className={css.copy} onClick={props.onAgain}>
            {t('sockets.lab.again')}
          </Button>
        </div>
        <Switch
          className={css.reach}
          checked={isOpen}
          label={t('sockets.lab.reach')}
          description={isOpen ? t('sockets.lab.reachOn') : t('sockets.lab.reachText')}
          onChange={(event) =>
            onChange({ ...choice, reach: event.currentTarget.checked ? 'network' : 'loopback' })
          }
        />
      </Card>
    </Section>
  )
}
