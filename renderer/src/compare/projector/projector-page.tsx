import { Button, NativeSelect, SegmentedControl, Slider } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay, IconPlayerSkipBack, IconX } from '@tabler/icons-react'
import { useEffect, useId, useState, type ReactNode } from 'react'
import type { RaceLive, RacePoint } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { navigate, routeTo } from '../../shell/route.ts'
import { modesOf, peersOf } from '../model/curves.ts'
import { seconds } from '../model/formulas.ts'
import { raceOf, type Race } from '../model/race-state.ts'
import { bytesAt, givenBy, lengthOf } from '../model/replay.ts'
import { RaceBars, useGiverColours } from '../plots/race-bars.tsx'
import { useRace } from '../use-race.ts'
import { useResult, useResults } from '../use-results.ts'
import { SPEEDS, useReplay, type Replay } from './use-replay.ts'
import css from './projector-page.module.css'

/** The race for a whole room: live while it runs, and again in slow motion, both ways beside each other. */
export function ProjectorPage({ resultId }: { resultId: string | undefined }): ReactNode {
  const { t } = useText()
  const state = useRace()
  const { list } = useResults(state.is === 'ended' ? state.race.raceId : undefined)
  const ended = state.is === 'ended' && state.race.points.length > 0 ? state.race : undefined
  const wanted = resultId ?? (ended ? undefined : list[0]?.id)
  const loaded = useResult(wanted)
  const race = loaded ? raceOf(loaded) : ended
  useEscape()
  return (
    <div className={css.screen}>
      <header className={css.head}>
        <h1>{t('compare.projector.title')}</h1>
        <Button
          component="a"
          href={routeTo('compare')}
          variant="subtle"
          leftSection={<IconX size={18} aria-hidden="true" />}
        >
          {t('compare.projector.close')}
        </Button>
      </header>
      {state.is === 'running' ? (
        <LiveRace live={state.live} />
      ) : race ? (
        <ReplayedRace race={race} />
      ) : (
        <p className={css.none}>{t('compare.projector.none')}</p>
      )}
    </div>
  )
}

function useEscape(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) navigate(routeTo('compare'))
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}

function LiveRace({ live }: { live: RaceLive | undefined }): ReactNode {
  const { t } = useText()
  if (!live || live.phase === 'preparing') return <p className={css.none}>{t('compare.projector.waiting')}</p>
  return (
    <section className={css.lane} data-mode={live.mode}>
      <div className={css.title}>
        <h2>
          {t(`compare.modes.${live.mode}`)}, N = {live.n}
        </h2>
        <p className={css.clock}>{seconds(live.seconds)}</p>
      </div>
      <RaceBars
        givers={live.givers}
        bars={live.peers}
        size={live.size}
        label={t('compare.live.bars')}
        large
      />
      <Legend
        givers={live.givers}
        given={live.givers.map((_, g) => live.peers.reduce((sum, { bytes }) => sum + (bytes[g] ?? 0), 0))}
      />
    </section>
  )
}

/** The finished race with the same N in both ways, run again at any speed. */
function ReplayedRace({ race }: { race: Race }): ReactNode {
  const { t } = useText()
  const peers = peersOf(race.points)
  const [chosen, setChosen] = useState<number | undefined>()
  const n = chosen !== undefined && peers.includes(chosen) ? chosen : peers.at(-1)!
  const points = modesOf(race.points).flatMap((mode) => {
    return race.points.find((point) => point.mode === mode && point.n === n) ?? []
  })
  const length = Math.max(0.1, ...points.map(lengthOf))
  const replay = useReplay(length, `${race.raceId} ${n}`)
  return (
    <>
      <div className={css.lanes}>
        {points.map((point) => (
          <Lane key={point.mode} point={point} size={race.spec.size} time={replay.time} />
        ))}
      </div>
      <div className={css.controls}>
        <NativeSelect
          label={t('compare.projector.n')}
          data={peers.map(String)}
          value={String(n)}
          onChange={(event) => setChosen(Number(event.currentTarget.value))}
        />
        <Controls replay={replay} length={length} />
      </div>
    </>
  )
}

function Lane({ point, size, time }: { point: RacePoint; size: number; time: number }): ReactNode {
  const { t } = useText()
  const isOver = point.seconds !== null && time >= point.seconds
  const bars = point.peers.map((peer) => ({
    id: peer.id,
    name: peer.name,
    bytes: bytesAt(peer, time),
    seconds: peer.seconds !== null && time >= peer.seconds ? peer.seconds : null,
  }))
  return (
    <section className={css.lane} data-mode={point.mode}>
      <div className={css.title}>
        <h2>{t(`compare.modes.${point.mode}`)}</h2>
        <p className={css.clock} data-done={isOver || undefined}>
          {seconds(isOver ? point.seconds! : Math.min(time, lengthOf(point)))}
        </p>
      </div>
      <RaceBars givers={point.givers} bars={bars} size={size} label={t('compare.live.bars')} large />
      <Legend givers={point.givers} given={givenBy(point)} />
    </section>
  )
}

function Legend({ givers, given }: { givers: RacePoint['givers']; given: readonly number[] }): ReactNode {
  const { t } = useText()
  const colours = useGiverColours(givers)
  const source = givers.findIndex(({ isSource }) => isSource)
  const others = givers.flatMap(({ isSource }, g) => (isSource || !given[g] ? [] : [colours[g]!]))
  return (
    <ul className={css.legend}>
      <li>
        <span style={{ background: colours[source] }} /> {t('compare.projector.legendSource')}
      </li>
      {others.length > 0 && (
        <li>
          {others.slice(0, 6).map((colour, i) => (
            <span key={i} style={{ background: colour }} />
          ))}{' '}
          {t('compare.projector.legendPeers')}
        </li>
      )}
    </ul>
  )
}

function Controls({ replay, length }: { replay: Replay; length: number }): ReactNode {
  const { t } = useText()
  const speed = useId()
  const { time, isPlaying } = replay
  return (
    <>
      <div className={css.buttons}>
        <Button
          size="md"
          leftSection={
            isPlaying ? (
              <IconPlayerPause size={18} aria-hidden="true" />
            ) : (
              <IconPlayerPlay size={18} aria-hidden="true" />
            )
          }
          onClick={isPlaying ? replay.pause : replay.play}
        >
          {isPlaying ? t('compare.projector.pause') : t('compare.projector.play')}
        </Button>
        <Button
          size="md"
          variant="default"
          leftSection={<IconPlayerSkipBack size={18} aria-hidden="true" />}
          onClick={() => {
            replay.seek(0)
            replay.play()
          }}
        >
          {t('compare.projector.again')}
        </Button>
      </div>
      <div>
        <span id={speed} className={css.label}>
          {t('compare.projector.speed')}
        </span>
        <SegmentedControl
          aria-labelledby={speed}
          value={String(replay.speed)}
          data={SPEEDS.map((each) => ({
            value: String(each),
            label: each === 1 ? '1×' : `1∕${Math.round(1 / each)}×`,
          }))}
          onChange={(value) => replay.setSpeed(Number(value))}
        />
      </div>
      <Slider
        className={css.scrub}
        min={0}
        max={length}
        step={length / 200}
        value={time}
        label={(value) => seconds(value)}
        thumbLabel={t('compare.projector.time')}
        thumbProps={{ 'aria-valuetext': seconds(time) }}
        onChange={replay.seek}
      />
    </>
  )
}
