import { Switch } from '@mantine/core'
import type { ReactNode } from 'react'
import { useClient, useNetwork, useSettings } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { useAct } from '../ui/use-act.ts'
import { None } from '../ui/page.tsx'
import css from './interface-list.module.css'

/** Which of this laptop's ways out are used. */
export function InterfaceList(): ReactNode {
  const { t } = useText()
  const { interfaces } = useNetwork()
  const settings = useSettings()
  const client = useClient()
  const act = useAct()
  const use = (name: string, used: boolean): void => {
    const others = settings.excludedInterfaces.filter((excluded) => excluded !== name)
    void act(() => client.settings.update({ excludedInterfaces: used ? others : [...others, name] }))
  }
  if (interfaces.length === 0) return <None>{t('settings.interfacesNone')}</None>
  return (
    <ul className={css.list}>
      {interfaces.map(({ name, addresses, kind }) => {
        const used = !settings.excludedInterfaces.includes(name)
        return (
          <li key={name} className={css.row} data-off={!used || undefined}>
            <div className={css.words}>
              <strong>{name}</strong>
              <span className={css.kind}>{t(`network.kind.${kind}`)}</span>
              <span className={css.addresses}>{addresses.join(', ')}</span>
            </div>
            <Switch
              checked={used}
              aria-label={t('network.use', { name })}
              label={<span className={css.state}>{used ? t('network.inUse') : t('network.excluded')}</span>}
              labelPosition="left"
              onChange={(event) => use(name, event.currentTarget.checked)}
            />
          </li>
        )
      })}
    </ul>
  )
}
