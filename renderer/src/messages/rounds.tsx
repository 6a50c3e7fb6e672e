import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import type { OfferRound, OfferTile } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { Progress } from '../ui/progress.tsx'
import { useAct } from '../ui/use-act.ts'
import { fractionOf, isOfRest, tileWords, toneOf } from './offer-words.ts'
import css from './rounds.module.css'

/** Shares offered to several laptops at once: a tile for each laptop. */
export function Rounds({ rounds }: { rounds: readonly OfferRound[] }): ReactNode {
  const { t } = useText()
  if (rounds.length === 0) return null
  return (
    <section className={css.rounds} aria-label={t('messages.rounds')}>
      {rounds.map((round) => (
        <Round key={round.id} round={round} />
      ))}
    </section>
  )
}

function Round({ round }: { round: OfferRound }): ReactNode {
  const { t, format } = useText()
  const client = useClient()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const { id, name, tiles, size } = round
  const done = tiles.filter(({ state }) => state.is === 'done').length
  const rest = tiles.filter(isOfRest).length
  const again = async (): Promise<void> => {
    setBusy(true)
    await act(() => client.messages.offerAgain({ roundId: id }))
    setBusy(false)
  }
  return (
    <section className={css.round} aria-label={t('messages.round', { name })}>
      <header className={css.head}>
        <div className={css.what}>
          <h2>{name}</h2>
          <p>
            {format.size(size)} · {t('messages.roundHave', { count: tiles.length, done: format.count(done) })}
          </p>
        </div>
        {rest > 0 && (
          <Button
            size="compact-md"
            variant="light"
            loading={busy}
            leftSection={<IconRefresh size={15} aria-hidden="true" />}
            onClick={() => void again()}
          >
            {t('messages.restAgain', { count: rest })}
          </Button>
        )}
        <Button
          size="compact-md"
          variant="default"
          aria-label={t('messages.closeRound', { name })}
          onClick={() => void act(() => client.messages.closeRound({ roundId: id }))}
        >
          {t('messages.closeRoundShort')}
        </Button>
      </header>
      <ul className={css.tiles}>
        {tiles.map((tile) => (
          <Tile key={tile.peerId} tile={tile} size={size} />
        ))}
      </ul>
    </section>
  )
}

function Tile({ tile, size }: { tile: OfferTile; size: number }): ReactNode {
  const { t, format } = useText()
  const { name, here, state } = tile
  const tone = toneOf(tile)
  return (
    <li className={css.tile} data-tone={tone} data-away={!here || undefined} aria-label={name}>
      <strong>{name}</strong>
      <Progress
        slim
        value={fractionOf(state, size) ?? 0}
        tone={tone}
        label={t('messages.progress', { name })}
      />
      <span>{tileWords(tile, size, t, format)}</span>
    </li>
  )
}
