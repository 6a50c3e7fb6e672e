import type { ReactNode } from 'react'
import type { PortName, Ports } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { PortInput } from '../../ui/port-input.tsx'
import css from './server-section.module.css'

const USUAL: Readonly<Record<PortName, string>> = {
  http: '8420',
  dns: '5300',
  smtp: '2525',
  pop3: '1110',
  imap: '1143',
}

/** Ports to use when the servers are switched on. */
export function PortFields(props: {
  names: readonly PortName[]
  ports: Ports
  disabled: boolean
  onChange: (ports: Ports) => void
}): ReactNode {
  const { t } = useText()
  const set = (name: PortName, value: string | number): void => {
    const port = typeof value === 'number' && Number.isInteger(value) ? value : undefined
    props.onChange({ ...props.ports, [name]: port })
  }
  return (
    <fieldset className={css.portFields}>
      <legend>{t('servers.ports')}</legend>
      {props.names.map((name) => (
        <PortInput
          key={name}
          label={t(`servers.portNames.${name}`)}
          aria-label={t('servers.port', { name: t(`servers.portNames.${name}`) })}
          placeholder={USUAL[name]}
          min={1}
          disabled={props.disabled}
          value={props.ports[name] ?? ''}
          onChange={(value) => set(name, value)}
        />
      ))}
      <p>{t('servers.portHelp')}</p>
    </fieldset>
  )
}
