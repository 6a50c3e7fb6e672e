import { SegmentedControl } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { SegmentView } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { Card, Section } from '../../ui/page.tsx'
import { word } from './bits.ts'
import css from './segments.module.css'

/** Every addition of the checksum, by the sender and by the receiver. */
export function ChecksumWork({ view }: { view: SegmentView }): ReactNode {
  const { t } = useText()
  const [side, setSide] = useState<'sender' | 'receiver'>('sender')
  const { steps, sum, complement } = view[side]
  return (
    <Section title={t('sockets.segments.work')} text={t('sockets.segments.workText')}>
      <SegmentedControl
        w="fit-content"
        aria-label={t('sockets.segments.side')}
        value={side}
        data={[
          { value: 'sender', label: t('sockets.segments.sender') },
          { value: 'receiver', label: t('sockets.segments.receiver') },
        ]}
        onChange={(value) => setSide(value)}
      />
      <Card flush>
        <div className={css.work} role="region" aria-label={t('sockets.segments.work')} tabIndex={0}>
          <table className={css.table}>
            <thead>
              <tr>
                {(['from', 'offset', 'word', 'raw', 'folded'] as const).map((column) => (
                  <th key={column} scope="col">
                    {t(`sockets.segments.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {steps.map((step) => (
                <tr key={`${step.part} ${step.offset}`} data-part={step.part}>
                  <td>{t(`sockets.segments.part.${step.part}`)}</td>
                  <td>{step.offset}</td>
                  <td>
                    <code>{word(step.word)}</code>
                    {step.padded && <span className={css.hint}> {t('sockets.segments.padded')}</span>}
                  </td>
                  <td>
                    <code>{word(step.raw)}</code>
                  </td>
                  <td>
                    <code data-carry={step.raw > 0xffff || undefined}>{word(step.sum)}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Card>
      <p className={css.sum}>
        {side === 'sender'
          ? t('sockets.segments.senderEnd', { sum: word(sum), complement: word(complement) })
          : t('sockets.segments.receiverEnd', { sum: word(sum) })}
      </p>
    </Section>
  )
}
