import type { ReactNode } from 'react'
import type { LaptopName } from '../../../src/contract/index.ts'
import { useText } from '../i18n/use-text.ts'
import { Card, Section } from '../ui/page.tsx'
import css from './table.module.css'

/** What DNS calls this laptop and those nearby. */
export function Laptops({ laptops }: { laptops: readonly LaptopName[] }): ReactNode {
  const { t } = useText()
  if (laptops.length === 0) return null
  return (
    <Section title={t('names.laptops')} text={t('names.laptopsText')}>
      <Card flush>
        <table className={css.table} role="table" aria-label={t('names.laptops')}>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">
                {t('names.laptop')}
              </th>
              <th role="columnheader" scope="col">
                {t('names.host')}
              </th>
              <th role="columnheader" scope="col">
                {t('names.speaks')}
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {laptops.map((laptop) => (
              <tr role="row" key={laptop.peerId}>
                <th role="rowheader" scope="row">
                  {laptop.name}
                </th>
                <td role="cell" data-label={t('names.host')}>
                  <Host laptop={laptop} />
                </td>
                <td role="cell" data-label={t('names.speaks')}>
                  {t(
                    laptop.isSelf
                      ? 'names.speaksSelf'
                      : laptop.isDelegated
                        ? 'names.speaksOwn'
                        : 'names.speaksUs',
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Card>
    </Section>
  )
}

/** As people read it, as it goes over the wire when that differs, and why there is a number behind it. */
function Host({ laptop: { host, shownHost, isSecond } }: { laptop: LaptopName }): ReactNode {
  const { t } = useText()
  return (
    <>
      <div className={css.mono}>{shownHost}</div>
      {shownHost !== host && <div className={css.mono}>{host}</div>}
      {isSecond && <div>{t('names.second')}</div>}
    </>
  )
}
