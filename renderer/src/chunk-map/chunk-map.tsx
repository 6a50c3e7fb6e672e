import { useComputedColorScheme } from '@mantine/core'
import { useReducedMotion } from '@mantine/hooks'
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { ShareDetail } from '../../../src/contract/index.ts'
import { useText } from '../i18n/use-text.ts'
import { useWidth } from '../ui/use-width.ts'
import { binChunks, countChunks, type Bins } from './bins.ts'
import { cellWords } from './cell-words.ts'
import { giverColours, mapColours } from './colours.ts'
import { drawMap, isMoving, type Scene } from './draw.ts'
import { cellAt, cellForKey, layoutCells, type Layout } from './layout.ts'
import { Legend } from './legend.tsx'
import css from './chunk-map.module.css'

interface Props {
  readonly detail: ShareDetail
  /** The sharer's own map: copies among the others instead of who gave. */
  readonly isSource: boolean
  /** Others are asked what they hold; otherwise nothing is known of them, and not that they hold nothing. */
  readonly isAsking: boolean
}

/** The share as a field of chunks: one sees it arrive from everyone. */
export function ChunkMap({ detail, isSource, isAsking }: Props): ReactNode {
  const { t, format } = useText()
  const frame = useRef<HTMLDivElement>(null)
  const width = useWidth(frame)
  const [cursor, setCursor] = useState<number | undefined>()
  const summaryId = useId()
  const layout = useMemo(
    () => layoutCells(detail.chunkGivers.length, width || 600),
    [detail.chunkGivers.length, width],
  )
  const bins = useMemo(() => binChunks(detail, layout.cells), [detail, layout.cells])
  const counts = useMemo(() => countChunks(detail), [detail])
  const canvas = useCanvas({ detail, isSource, isAsking, bins, layout, cursor })
  const at = cursor === undefined ? 0 : Math.min(cursor, bins.cells - 1)
  const words = cellWords(at, { bins, detail, isSource, isAsking, t, format })

  const onKeyDown = (event: KeyboardEvent): void => {
    const next = cellForKey(layout, at, event.key)
    if (next === undefined) return
    event.preventDefault()
    setCursor(next)
  }
  const summary = isSource
    ? t('detail.mapSummarySource', { out: format.count(counts.elsewhere), total: format.count(bins.chunks) })
    : t('detail.mapSummary', {
        held: format.count(counts.held),
        total: format.count(bins.chunks),
        flight: format.count(counts.flying),
      })
  const perCell = Math.round(bins.chunks / bins.cells)
  return (
    <div className={css.map}>
      <p className={css.help} id={summaryId}>
        {summary} {isSource ? t('detail.mapHelpSource') : t('detail.mapHelp')}{' '}
        {perCell > 1 && t('detail.mapHelpBins', { count: perCell })}
        <span className="sh-visually-hidden"> {t('detail.mapKeys')}</span>
      </p>
      <div
        ref={frame}
        className={css.frame}
        role="slider"
        tabIndex={0}
        aria-label={t('detail.map')}
        aria-describedby={summaryId}
        aria-orientation="horizontal"
        aria-valuemin={1}
        aria-valuemax={bins.cells}
        aria-valuenow={at + 1}
        aria-valuetext={words}
        onKeyDown={onKeyDown}
        onFocus={() => setCursor((now) => now ?? 0)}
        onBlur={() => setCursor(undefined)}
        onPointerMove={(event) =>
          setCursor(cellAt(layout, event.nativeEvent.offsetX, event.nativeEvent.offsetY))
        }
        onPointerLeave={() => setCursor(undefined)}
      >
        <canvas ref={canvas} style={{ height: layout.height }} />
        {cursor !== undefined && <Tip layout={layout} cell={at} words={words} width={width} />}
      </div>
      <Legend detail={detail} counts={counts} isSource={isSource} isAsking={isAsking} />
    </div>
  )
}

function Tip(props: { layout: Layout; cell: number; words: string; width: number }): ReactNode {
  const { layout, cell } = props
  const x = (cell % layout.columns) * layout.pitch + layout.side / 2
  const y = Math.floor(cell / layout.columns) * layout.pitch + layout.side + 8
  // Kept inside the map: near its edges it hangs to the other side.
  const shift = x < 130 ? '0' : x > props.width - 130 ? '-100%' : '-50%'
  return (
    <div
      className={css.tip}
      style={{ left: x, top: y, transform: `translateX(${shift})` }}
      aria-hidden="true"
    >
      {props.words}
    </div>
  )
}

interface CanvasInput extends Props {
  readonly bins: Bins
  readonly layout: Layout
  readonly cursor: number | undefined
}

/** Keeps the canvas drawn: once per change, and frame by frame only while something glows or shines. */
function useCanvas({
  detail,
  isSource,
  isAsking,
  bins,
  layout,
  cursor,
}: CanvasInput): React.RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null)
  const scheme = useComputedColorScheme('light')
  const still = useReducedMotion()
  const arrivedAt = useArrivals(bins)
  useEffect(() => {
    const context = canvas.current && prepare(canvas.current, layout)
    if (!context) return
    const scene: Scene = {
      bins,
      layout,
      colours: mapColours(scheme),
      giverColours: giverColours(detail.givers, scheme),
      peers: detail.peers.length,
      isSource,
      isAsking,
      arrivedAt,
      cursor,
      still,
    }
    let request = 0
    const frame = (now: number): void => {
      drawMap(context, scene, now)
      if (isMoving(scene, now)) request = requestAnimationFrame(frame)
    }
    frame(performance.now())
    return () => cancelAnimationFrame(request)
  }, [bins, layout, scheme, detail, isSource, isAsking, arrivedAt, cursor, still])
  return canvas
}

function prepare(canvas: HTMLCanvasElement, layout: Layout): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1
  const width = layout.columns * layout.pitch
  canvas.style.width = `${width}px`
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(layout.height * ratio)
  const context = canvas.getContext('2d')
  context?.scale(ratio, ratio)
  return context
}

/** When each cell last gained a chunk. What was there when the map opened does not shine. */
function useArrivals(bins: Bins): Float64Array {
  const memory = useRef<{ held: Float32Array; at: Float64Array } | undefined>(undefined)
  return useMemo(() => {
    const before = memory.current
    const at = before && before.at.length === bins.cells ? before.at.slice() : new Float64Array(bins.cells)
    if (before && before.held.length === bins.cells) {
      const now = performance.now()
      for (let cell = 0; cell < bins.cells; cell++) if (bins.held[cell]! > before.held[cell]!) at[cell] = now
    }
    memory.current = { held: bins.held, at }
    return at
  }, [bins])
}
