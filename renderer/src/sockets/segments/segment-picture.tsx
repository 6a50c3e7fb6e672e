import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { SegmentFieldView, SegmentView } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { Card, Section } from '../../ui/page.tsx'
import { bitOf, cellsOf, grouped, hexOf, ROW_BITS, toggled } from './bits.ts'
import css from './segments.module.css'

/** Bits of one field that are shown at once. */
const MAX_BITS = 128
/** A row that is drawn for each 32 bits, up to so many. */
const MAX_ROWS = 4

/** The segment as it arrives, field by field; the bits of the chosen field can be flipped. */
export function SegmentPicture(props: {
  view: SegmentView
  flips: readonly number[]
  onFlips: (flips: number[]) => void
  onCapture: () => void
}): ReactNode {
  const { t } = useText()
  const { view, flips, onFlips } = props
  const [chosen, setChosen] = useState<SegmentFieldView['name']>('destination-port')
  const field = view.fields.find(({ name }) => name === chosen) ?? view.fields[0]!
  const bytes = view.arrived.length / 2
  return (
    <Section title={t('sockets.segments.segment')} text={t('sockets.segments.segmentText', { count: bytes })}>
      <Card>
        <div className={css.picture}>
          {cellsOf(view.fields).map(({ field: each, column, span, row, rows }) => (
            <button
              key={each.name}
              type="button"
              className={css.cell}
              aria-pressed={each.name === field.name}
              style={{
                gridColumn: `${column + 1} / span ${span}`,
                gridRow: `${row + 1} / span ${Math.min(rows, MAX_ROWS)}`,
              }}
              data-flipped={flips.some((bit) => bit >= each.bit && bit < each.bit + each.bits) || undefined}
              data-narrow={span < ROW_BITS / 4 || undefined}
              onClick={() => setChosen(each.name)}
            >
              <span>{t(`sockets.segments.fields.${each.name}`)}</span>{' '}
              <code>{useful(each, view.arrived, t('sockets.segments.noFlags'))}</code>
            </button>
          ))}
        </div>
        <Bits field={field} view={view} flips={flips} onFlips={onFlips} />
        <Verdict view={view} />
        <div className={css.actions}>
          <Button
            variant="default"
            disabled={!view.blindSpot}
            onClick={() => view.blindSpot && onFlips([...view.blindSpot])}
          >
            {t('sockets.segments.flipPair')}
          </Button>
          <Button variant="default" disabled={flips.length === 0} onClick={() => onFlips([])}>
            {t('sockets.segments.undo')}
          </Button>
          <Button variant="default" onClick={props.onCapture}>
            {t('sockets.segments.capture')}
          </Button>
        </div>
      </Card>
    </Section>
  )
}

/** Digits of a field and what they mean: a number, names of flags, or the bytes alone. */
function useful(field: SegmentFieldView, hex: string, none: string): string {
  const digits = grouped(hexOf(hex, field))
  if (field.flags) return field.flags.join(' ').toUpperCase() || none
  return field.value === undefined ? digits : `${field.value} · ${digits}`
}

function Bits(props: {
  field: SegmentFieldView
  view: SegmentView
  flips: readonly number[]
  onFlips: (flips: number[]) => void
}): ReactNode {
  const { t } = useText()
  const { field, view, flips } = props
  const name = t(`sockets.segments.fields.${field.name}`)
  const count = Math.min(field.bits, MAX_BITS)
  return (
    <fieldset className={css.bits}>
      <legend>{t('sockets.segments.bits', { field: name })}</legend>
      <div className={css.bitRow}>
        {Array.from({ length: count }, (_, i) => {
          const bit = field.bit + i
          const value = bitOf(view.arrived, bit)
          const isFlipped = flips.includes(bit)
          return (
            <button
              key={bit}
              type="button"
              className={css.bit}
              aria-pressed={isFlipped}
              aria-label={t(isFlipped ? 'sockets.segments.bitFlipped' : 'sockets.segments.bit', {
                bit,
                value,
              })}
              onClick={() => props.onFlips(toggled(flips, bit))}
            >
              {value}
            </button>
          )
        })}
      </div>
      {field.bits > MAX_BITS && (
        <p className={css.hint}>{t('sockets.segments.moreBits', { count: MAX_BITS / 8 })}</p>
      )}
    </fieldset>
  )
}

function Verdict({ view }: { view: SegmentView }): ReactNode {
  const { t } = useText()
  const isChanged = view.verdict === 'good' && view.sent !== view.arrived
  const key = isChanged ? 'goodChanged' : view.verdict
  const isTaken = view.delivered !== null
  return (
    <p
      className={css.verdict}
      role="status"
      data-taken={isTaken || undefined}
      data-fooled={isChanged || undefined}
    >
      {t(`sockets.segments.verdict.${key}`, { text: view.delivered ?? '' })}
    </p>
  )
}
