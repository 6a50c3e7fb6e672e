import type { ReactNode } from 'react'
import type { LaptopName } from '../../../src/contract/index.ts'
import { useText } from '../i18n/use-text.ts'
import { Card, Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'

/** What DNS calls this laptop and those nearby. */
export function Laptops({ laptops }: { laptops: readonly LaptopName[] }): ReactNode {
  const { t } = useText()
  if (laptops.length === 0) return null
  return (
    <Section title={t('names.laptops')} text={t('names.laptopsText')}>
      <Card flush>
        <Table
          label={t('names.laptops')}
          items={laptops}
          keyOf={({ peerId }) => peerId}
          narrow="cards"
          columns={[
            { head: t('names.laptop'), render: ({ name }) => name },
            { head: t('names.host'), wide: true, render: (laptop) => <Host laptop={laptop} /> },
            { head: t('names.speaks'), render: (laptop) => t(`names.${speakerOf(laptop)}`) },
          ]}
        />
      </Card>
    </Section>
  )
}

/** Who answers for the name. */
function speakerOf({ isSelf, isDelegated }: LaptopName): 'speaksSelf' | 'speaksOwn' | 'speaksUs' {
  if (isSelf) return 'speaksSelf'
  return isDelegated ? 'speaksOwn' : 'speaksUs'
}

/** As people read it, as it goes over the wire when that differs, and why there is a number behind it. */
function Host({ laptop: { host, shownHost, isSecond } }: { laptop: LaptopName }): ReactNode {
  const { t } = useText()
  return (
    <>
      <code>{shownHost}</code>
      {shownHost !== host && (
        <div>
          <code>{host}</code>
        </div>
      )}
      {isSecond && <div>{t('names.second')}</div>}
    </>
  )
}
