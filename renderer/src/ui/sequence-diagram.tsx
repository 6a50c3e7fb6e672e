import { useId, useRef, type ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'
import {
  fitText,
  HEAD_LINE,
  layoutSequence,
  NOTE_WIDTH,
  type SequenceActor,
  type SequenceLayout,
  type SequenceMessage,
  type SequenceRow,
} from './sequence-layout.ts'
import { AsTable, Table } from './table.tsx'
import { useWidth } from './use-width.ts'
import css from './sequence-diagram.module.css'

export type { SequenceActor, SequenceMessage } from './sequence-layout.ts'

/**
 * Who said what to whom, downwards in time. The picture and the table under it hold the same: the table is for those who
 * read with their ears, on narrow screens, or copy it.
 */
export function SequenceDiagram(props: {
  /** What the picture shows, in words. */
  label: string
  actors: readonly SequenceActor[]
  messages: readonly SequenceMessage[]
}): ReactNode {
  const { label, actors, messages } = props
  const host = useRef<HTMLDivElement>(null)
  const width = useWidth(host)
  return (
    <div className={css.diagram}>
      {/* Focusable, since it scrolls sideways when the lanes need more room than there is. */}
      <div ref={host} className={css.picture} role="group" aria-label={label} tabIndex={0}>
        {width > 0 && <Picture label={label} layout={layoutSequence(actors, messages, width)} />}
      </div>
      <SequenceTable {...props} />
    </div>
  )
}

function Picture({ label, layout }: { label: string; layout: SequenceLayout }): ReactNode {
  const arrow = useId()
  const { width, height, head, lanes, rows } = layout
  return (
    <svg
      className={css.svg}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <defs>
        {(['request', 'response', 'problem', 'note'] as const).map((tone) => (
          <marker
            key={tone}
            id={`${arrow}-${tone}`}
            className={css.head}
            data-tone={tone}
            viewBox="0 0 8 8"
            refX="7.4"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            orient="auto"
          >
            <path d="M0.5,0.8 L7.5,4 L0.5,7.2 Z" />
          </marker>
        ))}
      </defs>
      {lanes.map(({ actor, x, textWidth }) => (
        <g key={actor.id}>
          <line className={css.life} x1={x} x2={x} y1={head - 6} y2={height - 4} />
          <text className={css.name} x={x} y={17} textAnchor="middle">
            {fitText(actor.name, textWidth * 0.94)}
          </text>
          <text className={css.detail} x={x} y={34} textAnchor="middle">
            {fitText(actor.detail ?? '', textWidth)}
          </text>
          <text className={css.detail} x={x} y={34 + HEAD_LINE} textAnchor="middle">
            {fitText(actor.address ?? '', textWidth)}
          </text>
        </g>
      ))}
      {rows.map((row, i) => (
        <Row key={i} row={row} marker={`url(#${arrow}-${row.message.tone})`} />
      ))}
    </svg>
  )
}

function Row({ row, marker }: { row: SequenceRow; marker: string }): ReactNode {
  const { message, x1, x2, y, textX, anchor, text } = row
  const alone = x1 === x2
  return (
    <g className={css.row} data-tone={message.tone}>
      <title>{message.text}</title>
      {alone ? (
        <rect x={x1 - NOTE_WIDTH / 2} y={y - 11} width={NOTE_WIDTH} height={15} rx={3} />
      ) : (
        <line x1={x1} x2={x2 + Math.sign(x1 - x2) * 2} y1={y} y2={y} markerEnd={marker} />
      )}
      <text x={textX} y={alone ? y : y - 6} textAnchor={anchor}>
        {text}
      </text>
    </g>
  )
}

/** The same as a table. */
function SequenceTable(props: {
  label: string
  actors: readonly SequenceActor[]
  messages: readonly SequenceMessage[]
}): ReactNode {
  const { t } = useText()
  const names = new Map(props.actors.map(({ id, name }) => [id, name]))
  const timed = props.messages.some(({ time }) => time !== undefined)
  return (
    <AsTable>
      <Table
        label={props.label}
        items={props.messages}
        keyOf={(_, i) => String(i)}
        toneOf={({ tone }) => tone}
        narrow="scroll"
        inText
        className={css.asTable}
        columns={[
          { head: t('sequence.number'), render: (_, i) => i + 1 },
          { head: t('sequence.from'), render: ({ from }) => names.get(from) ?? from },
          { head: t('sequence.to'), render: ({ from, to }) => (from === to ? '–' : (names.get(to) ?? to)) },
          { head: t('sequence.message'), words: true, render: ({ text }) => text },
          ...(timed ? [{ head: t('sequence.time'), render: ({ time }: SequenceMessage) => time ?? '' }] : []),
        ]}
      />
    </AsTable>
  )
}
