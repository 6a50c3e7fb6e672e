import { SegmentedControl } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { SegmentView } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { Card, Section } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
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
        <Table
          className={css.work}
          label={t('sockets.segments.work')}
          items={steps}
          keyOf={({ part, offset }) => `${part} ${offset}`}
          toneOf={({ part }) => part}
          narrow="scroll"
          columns={[
            { head: t('sockets.segments.from'), render: ({ part }) => t(`sockets.segments.part.${part}`) },
            { head: t('sockets.segments.offset'), render: ({ offset }) => offset },
            { head: t('sockets.segments.word'), render: (step) => <Word step={step} /> },
            { head: t('sockets.segments.raw'), code: true, render: ({ raw }) => word(raw) },
            {
              head: t('sockets.segments.folded'),
              code: true,
              render: ({ raw, sum: folded }) => (
                <span data-carry={raw > 0xffff || undefined}>{word(folded)}</span>
              ),
            },
          ]}
        />
      </Card>
      <p className={css.sum}>
        {side === 'sender'
          ? t('sockets.segments.senderEnd', { sum: word(sum), complement: word(complement) })
          : t('sockets.segments.receiverEnd', { sum: word(sum) })}
      </p>
    </Section>
  )
}

function Word({ step }: { step: SegmentView['sender']['steps'][number] }): ReactNode {
  const { t } = useText()
  return (
    <>
      <code>{word(step.word)}</code>
      {step.padded && <span className={css.hint}> {t('sockets.segments.padded')}</span>}
    </>
  )
}
