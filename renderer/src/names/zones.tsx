import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { NamesView, ZoneSummary } from '../../../src/contract/index.ts'
import { useText } from '../i18n/use-text.ts'
import { Card, Section } from '../ui/page.tsx'
import { canEdit, ZoneEditor, type Edited } from './zone-editor.tsx'
import css from './table.module.css'

/** The zones of the tree and their servers. */
export function Zones({ view }: { view: NamesView }): ReactNode {
  const { t } = useText()
  const [edited, setEdited] = useState<Edited | undefined>()
  const add = (
    <Button size="compact-sm" variant="default" onClick={() => setEdited({ is: 'new' })}>
      {t('names.addZone')}
    </Button>
  )
  return (
    <Section title={t('names.zones')} text={t('names.zonesText')} aside={add}>
      <Card flush>
        {view.zones.length === 0 ? (
          <p className={css.none}>{t('names.zonesStopped')}</p>
        ) : (
          <ZoneTable zones={view.zones} onEdit={(zone) => setEdited({ is: 'known', zone })} />
        )}
      </Card>
      <ZoneEditor edited={edited} onClose={() => setEdited(undefined)} />
    </Section>
  )
}

function ZoneTable(props: { zones: readonly ZoneSummary[]; onEdit: (zone: ZoneSummary) => void }): ReactNode {
  const { t, format } = useText()
  return (
    <table className={css.table} role="table" aria-label={t('names.zones')}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">
            {t('names.zone')}
          </th>
          <th role="columnheader" scope="col">
            {t('names.kind')}
          </th>
          <th role="columnheader" scope="col">
            {t('names.server')}
          </th>
          <th role="columnheader" scope="col" data-number>
            {t('names.records')}
          </th>
          <th role="columnheader" scope="col">
            <span className="sh-visually-hidden">{t('names.edit')}</span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {props.zones.map((zone) => (
          <tr role="row" key={zone.origin}>
            <th role="rowheader" scope="row" className={css.mono}>
              {zone.origin}
            </th>
            <td role="cell" data-label={t('names.kind')}>
              {t(`names.kinds.${zone.kind}`)}
            </td>
            <td role="cell" data-label={t('names.server')} className={css.mono}>
              {`${zone.address}:${zone.port}`}
            </td>
            <td role="cell" data-label={t('names.records')} data-number>
              {format.count(zone.records)}
            </td>
            <td role="cell" data-number>
              <EditButton zone={zone} onEdit={props.onEdit} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function EditButton({ zone, onEdit }: { zone: ZoneSummary; onEdit: (zone: ZoneSummary) => void }): ReactNode {
  const { t } = useText()
  const isFixed = !canEdit(zone)
  return (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={t(isFixed ? 'names.viewZone' : 'names.editZone', { zone: zone.origin })}
      onClick={() => onEdit(zone)}
    >
      {isFixed ? t('names.view') : t('names.edit')}
    </Button>
  )
}
