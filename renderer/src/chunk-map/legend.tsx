import { useComputedColorScheme } from '@mantine/core'
import type { CSSProperties, ReactNode } from 'react'
import type { ShareDetail } from '../../../src/contract/index.ts'
import { useText } from '../i18n/use-text.ts'
import type { ChunkCounts } from './bins.ts'
import { giverColours, mapColours, type MapColours } from './colours.ts'
import css from './chunk-map.module.css'

/** More names than this are a list of their own: the table of laptops. */
const MAX_NAMES = 9

interface Props {
  readonly detail: ShareDetail
  readonly counts: ChunkCounts
  readonly isSource: boolean
  readonly isAsking: boolean
}

/** Who is which colour and how much came from each: also what the map says to those who do not see it. */
export function Legend({ detail, counts, isSource, isAsking }: Props): ReactNode {
  const { t } = useText()
  const scheme = useComputedColorScheme('light')
  const colours = mapColours(scheme)
  return (
    <ul className={css.legend} aria-label={isSource ? t('detail.legendSource') : t('detail.legend')}>
      {isSource ? (
        <CopyItems colours={colours} />
      ) : (
        <>
          <GiverItems detail={detail} counts={counts} colours={giverColours(detail.givers, scheme)} />
          <RestItems counts={counts} nobody={isAsking ? counts.nobody : 0} colours={colours} />
        </>
      )}
    </ul>
  )
}

function GiverItems(props: {
  detail: ShareDetail
  counts: ChunkCounts
  colours: readonly string[]
}): ReactNode {
  const { t, format } = useText()
  const { detail, counts, colours } = props
  const total = detail.chunkGivers.length
  const shown = counts.byGiver.slice(0, MAX_NAMES)
  const rest = counts.byGiver.slice(MAX_NAMES)
  const restChunks = rest.reduce((sum, one) => sum + one.chunks, 0)
  return (
    <>
      {shown.map(({ giver, chunks }) => {
        const { name, isMe, isSource } = detail.givers[giver]!
        const role = isSource && !isMe ? ` (${t('detail.source')})` : ''
        return (
          <Item key={giver} style={{ background: colours[giver] }} value={format.percent(chunks / total)}>
            {isMe ? t('detail.meResumed') : `${name}${role}`}
          </Item>
        )
      })}
      {rest.length > 0 && (
        <Item
          style={{
            background: `linear-gradient(90deg, ${rest.map(({ giver }) => colours[giver]).join(', ')}, transparent)`,
          }}
          value={format.percent(restChunks / total)}
        >
          {t('detail.othersRest', { count: rest.length })}
        </Item>
      )}
    </>
  )
}

function RestItems(props: { counts: ChunkCounts; nobody: number; colours: MapColours }): ReactNode {
  const { t, format } = useText()
  const { counts, nobody, colours } = props
  return (
    <>
      {counts.flying > 0 && (
        <Item
          style={{ background: colours.flight, boxShadow: `0 0 6px ${colours.flight}` }}
          value={format.count(counts.flying)}
        >
          {t('detail.inFlight')}
        </Item>
      )}
      {counts.missing > nobody && (
        <Item style={{ background: colours.missing[2] }} value={format.count(counts.missing - nobody)}>
          {t('detail.missing')}
        </Item>
      )}
      {nobody > 0 && (
        <Item style={{ border: `1.5px solid ${colours.nobody}` }} value={format.count(nobody)}>
          {t('detail.nobodyHas')}
        </Item>
      )}
    </>
  )
}

function CopyItems({ colours }: { colours: MapColours }): ReactNode {
  const { t } = useText()
  const middle = colours.copies.slice(1, -1)
  return (
    <>
      <Item style={{ background: colours.copies[0] }}>{t('detail.copiesNone')}</Item>
      <Item style={{ background: `linear-gradient(90deg, ${middle.join(', ')})` }}>
        {t('detail.copiesSome')}
      </Item>
      <Item style={{ background: colours.copies.at(-1) }}>{t('detail.copiesAll')}</Item>
    </>
  )
}

function Item(props: { style: CSSProperties; value?: string; children: ReactNode }): ReactNode {
  return (
    <li>
      <i style={props.style} aria-hidden="true" />
      {props.children}
      {props.value !== undefined && <span>{props.value}</span>}
    </li>
  )
}
