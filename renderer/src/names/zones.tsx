import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { NamesView, ZoneSummary } from '../../../src/contract/index.ts'
import { useText } from '../i18n/use-text.ts'
import { Card, None, Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { canEdit, ZoneEditor, type Edited } from './zone-editor.tsx'

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
          <None>{t('names.zonesStopped')}</None>
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
    <Table
      label={t('names.zones')}
      items={props.zones}
      keyOf={({ origin }) => origin}
      narrow="cards"
      columns={[
        { head: t('names.zone'), code: true, render: ({ origin }) => origin },
        { head: t('names.kind'), render: ({ kind }) => t(`names.kinds.${kind}`) },
        { head: t('names.server'), code: true, render: ({ address, port }) => `${address}:${port}` },
        { head: t('names.records'), number: true, render: ({ records }) => format.count(records) },
        {
          head: t('names.edit'),
          hideHead: true,
          number: true,
          render: (zone) => <EditButton zone={zone} onEdit={props.onEdit} />,
        },
      ]}
    />
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
