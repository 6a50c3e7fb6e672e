import { NativeSelect, Switch } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useId, useState, type ReactNode } from 'react'
import type { PortName, Ports, ServerRoleName, ServersView } from '../../../../src/contract/index.ts'
import { useClient, useNetwork } from '../../core/context.tsx'
import { problemText } from '../../core/problem-text.ts'
import { useText } from '../../i18n/use-text.ts'
import { CopyLines } from '../../ui/copy-line.tsx'
import { Card, Section } from '../../ui/page.tsx'
import { useAct } from '../../ui/use-act.ts'
import { PortFields } from './port-fields.tsx'
import { choiceOf, reachChoices } from './reach.ts'
import { useServers } from './use-servers.ts'
import css from './server-section.module.css'

/** What each role listens on. */
const PORTS_OF: Readonly<Record<ServerRoleName, readonly PortName[]>> = {
  files: ['http'],
  tracker: ['http'],
  dns: ['dns'],
  mail: ['smtp', 'pop3', 'imap'],
}

/** What this laptop is for others, each role with its switch; and who can reach it where. */
export function ServerSection(): ReactNode {
  const { t } = useText()
  const view = useServers()
  return (
    <Section title={t('servers.title')} text={t('servers.text')}>
      <Card flush>{view && <Servers view={view} />}</Card>
    </Section>
  )
}

function Servers({ view }: { view: ServersView }): ReactNode {
  const client = useClient()
  const act = useAct()
  const [ports, setPorts] = useState<Ports>({})
  const isAnyOn = view.roles.some(({ state }) => state.is === 'on')
  const set = (name: ServerRoleName, on: boolean): void => {
    const roles = [name]
    const change = on
      ? () => client.servers.start({ roles, ports: wantedOf(name, ports), keep: true })
      : () => client.servers.stop({ roles, keep: true })
    void act(change)
  }
  const shown = [...new Set(view.roles.flatMap(({ name }) => PORTS_OF[name]))]
  return (
    <>
      <ul className={css.roles}>
        {view.roles.map((role) => (
          <RoleRow key={role.name} role={role} ports={view.ports} set={set} />
        ))}
      </ul>
      <div className={css.where}>
        <ReachSelect view={view} />
        <PortFields names={shown} ports={ports} onChange={setPorts} disabled={isAnyOn} />
      </div>
      {isAnyOn && <Reached view={view} />}
    </>
  )
}

/** The ports a person typed for one role. */
function wantedOf(name: ServerRoleName, ports: Ports): Ports {
  return Object.fromEntries(
    PORTS_OF[name].flatMap((port) => (ports[port] === undefined ? [] : [[port, ports[port]]])),
  )
}

function RoleRow(props: {
  role: ServersView['roles'][number]
  ports: Ports
  set: (name: ServerRoleName, on: boolean) => void
}): ReactNode {
  const { name, state } = props.role
  const { t } = useText()
  const text = useId()
  const title = t(`servers.roles.${name}.name`)
  const running = PORTS_OF[name].flatMap((port) => {
    const number = props.ports[port]
    return state.is === 'on' && number !== undefined
      ? [t('servers.portOf', { name: t(`servers.portNames.${port}`), port: number })]
      : []
  })
  return (
    <li className={css.role} data-state={state.is}>
      <div className={css.words}>
        <strong>{title}</strong>
        <span id={text}>{t(`servers.roles.${name}.text`)}</span>
        {state.is === 'failed' && <FailedWords problem={state.problem} />}
      </div>
      <span className={css.ports}>{running.join(', ')}</span>
      <Switch
        checked={state.is === 'on' || state.is === 'starting'}
        aria-label={t('servers.switch', { name: title })}
        aria-describedby={text}
        label={<span className={css.state}>{t(`servers.${state.is}`)}</span>}
        labelPosition="left"
        onChange={(event) => props.set(name, event.currentTarget.checked)}
      />
    </li>
  )
}

function FailedWords({ problem }: { problem: Parameters<typeof problemText>[0] }): ReactNode {
  const { t } = useText()
  const { what, why, todo } = problemText(problem, t)
  return <span className={css.failed}>{[what, why, todo].filter(Boolean).join(' ')}</span>
}

function ReachSelect({ view }: { view: ServersView }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const choices = reachChoices(useNetwork(), view.reach)
  const data = choices.map(({ value, reach, interfaceName }) => {
    if (reach.is === 'this-laptop') return { value, label: t('servers.reachLaptop') }
    if (reach.is === 'network') return { value, label: t('servers.reachNetwork') }
    const words = { address: reach.host, name: interfaceName ?? '' }
    return { value, label: t(interfaceName ? 'servers.reachAddress' : 'servers.reachOther', words) }
  })
  return (
    <NativeSelect
      className={css.reach}
      label={t('servers.reach')}
      data={data}
      value={choiceOf(view.reach).value}
      onChange={(event) => {
        const chosen = choices.find(({ value }) => value === event.currentTarget.value)
        if (chosen) void act(() => client.servers.setReach({ reach: chosen.reach }))
      }}
    />
  )
}

/** Where it is reached now, and what that means. */
function Reached({ view }: { view: ServersView }): ReactNode {
  const { t } = useText()
  const isOpen = view.reach.is !== 'this-laptop'
  return (
    <div className={css.reached}>
      {view.origins.length > 0 && (
        <>
          <h3>{t('servers.addresses')}</h3>
          <CopyLines texts={view.origins.map((origin) => `${origin}/`)} label={t('servers.addresses')} />
        </>
      )}
      {isOpen && (
        <p className={css.warn}>
          <IconAlertTriangle size={17} aria-hidden="true" />
          {t('servers.openTo')}
        </p>
      )}
    </div>
  )
}
