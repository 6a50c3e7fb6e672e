import { Button } from '@mantine/core'
import { IconFlag } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import type { RaceSpecInput, RaceSummary } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { DeliveriesSection } from '../deliveries/deliveries-section.tsx'
import { problemText } from '../core/problem-text.ts'
import { useText } from '../i18n/use-text.ts'
import { Card, Page, Section } from '../ui/page.tsx'
import { useAct } from '../ui/use-act.ts'
import { keepGuess, keptGuess } from './guess-memory.ts'
import { LaptopsSection } from './laptops-section.tsx'
import { LiveCard } from './live-card.tsx'
import { LookupsSection } from './lookups/lookups-section.tsx'
import { boundOf } from './model/bounds.ts'
import { MODES } from './model/curves.ts'
import { NO_GUESS, type Guess } from './model/guess.ts'
import { raceOf, type Race, type RaceState } from './model/race-state.ts'
import { FIRST_LOOK, parsePeers, toSpec, type Setup, type SetupField } from './model/setup.ts'
import { ResultSection } from './results/result-section.tsx'
import { RunDetail } from './results/run-detail.tsx'
import { ExportMenu, SavedSection } from './results/saved-section.tsx'
import { GuessCard } from './setup/guess-card.tsx'
import { SetupCard } from './setup/setup-card.tsx'
import { useRace } from './use-race.ts'
import { useResult, useResults } from './use-results.ts'
import css from './compare-page.module.css'

/** The guess's axis shows more than the answer, so that its length tells nothing. */
const ROOM_TO_GUESS = 1.7

/** One file to many, through a server and among peers: guessed, raced, explained. */
export function ComparePage(): ReactNode {
  const { t } = useText()
  const state = useRace()
  const [setup, setSetup] = useState<Setup>(FIRST_LOOK)
  const [guess, setGuess] = useState<Guess>(NO_GUESS)
  const [shown, setShown] = useState<string | undefined>()
  const [laid, setLaid] = useState<string | undefined>()
  const [wrong, setWrong] = useState<readonly SetupField[]>([])
  const results = useResults(state.is === 'ended' ? state.race.raceId : undefined)
  const loaded = useResult(shown)
  const earlier = useResult(laid)
  const begin = useBegin((raceId, with_) => {
    keepGuess(raceId, with_)
    setShown(undefined)
  })
  const start = (from: Setup, with_: Guess): void => {
    const asked = toSpec(from)
    setWrong('wrong' in asked ? asked.wrong : [])
    if ('spec' in asked) void begin(asked.spec, with_)
  }
  const isRunning = state.is === 'running'
  const race = isRunning ? state.race : loaded ? raceOf(loaded) : raceIn(state)
  const isSaved = race !== undefined && results.list.some(({ id }) => id === race.raceId)
  return (
    <Page
      title={t('compare.title')}
      lead={t('compare.lead')}
      actions={
        <Button
          variant="default"
          leftSection={<IconFlag size={16} aria-hidden="true" />}
          disabled={isRunning}
          onClick={() => {
            setSetup(FIRST_LOOK)
            start(FIRST_LOOK, NO_GUESS)
          }}
        >
          {t('compare.first')}
        </Button>
      }
    >
      {isRunning ? (
        <Section title={t('compare.live.title')}>
          <Card>
            <LiveCard state={state} />
          </Card>
        </Section>
      ) : (
        <Preparation
          {...{ setup, guess, wrong }}
          onSetup={(change) => setSetup({ ...setup, ...change })}
          onGuess={setGuess}
          onStart={() => start(setup, guess)}
        />
      )}
      {state.is === 'ended' && shown === undefined && <HowItEnded state={state} />}
      {race && (
        <ResultSection
          race={race}
          guess={keptGuess(race.raceId)}
          earlier={earlier && earlier.id !== race.raceId ? raceOf(earlier) : undefined}
          aside={isSaved && <ExportMenu id={race.raceId} name={t('compare.result.title')} />}
        />
      )}
      {race && race.points.length > 0 && !isRunning && <RunDetail race={race} key={race.raceId} />}
      <LaptopsSection disabled={isRunning} />
      <LookupsSection disabled={isRunning} />
      <DeliveriesSection />
      <SavedSection
        results={results}
        choice={{
          shown: race?.raceId,
          earlier: laid,
          show: setShown,
          lay: setLaid,
          again: ({ spec }: RaceSummary) => void begin(spec, NO_GUESS),
        }}
      />
    </Page>
  )
}

/** What is raced, what is expected, and the button. */
function Preparation(props: {
  setup: Setup
  guess: Guess
  wrong: readonly SetupField[]
  onSetup: (change: Partial<Setup>) => void
  onGuess: (guess: Guess) => void
  onStart: () => void
}): ReactNode {
  const { setup, guess, wrong, onSetup, onGuess, onStart } = props
  const { t, format } = useText()
  const modes = setup.modes === 'both' ? MODES : [setup.modes]
  const peers = parsePeers(setup.peers) ?? []
  const asked = toSpec(setup)
  const bounds = 'spec' in asked ? boundsOf(asked.spec) : []
  const isDrawn = guess.http.size > 0 || guess.p2p.size > 0
  const total = bounds.reduce((sum, each) => sum + each, 0) * setup.repeats
  return (
    <div className={css.columns}>
      <Section title={t('compare.setup.title')} text={t('compare.setup.text')}>
        <Card>
          <SetupCard setup={setup} wrong={wrong} disabled={false} onChange={onSetup} />
        </Card>
      </Section>
      <Section title={t('compare.guess.title')} text={t('compare.guess.text')}>
        <Card>
          {peers.length > 0 && (
            <GuessCard
              {...{ peers, modes, guess }}
              most={ROOM_TO_GUESS * Math.max(0.5, ...bounds)}
              onChange={onGuess}
            />
          )}
          <div className={css.start}>
            <Button size="md" onClick={onStart}>
              {isDrawn ? t('compare.start') : t('compare.startWithout')}
            </Button>
            {total > 0 && (
              <span className="sh-muted">
                {t('compare.setup.estimate', { time: format.duration(Math.max(1, total)) })}
              </span>
            )}
          </div>
        </Card>
      </Section>
    </div>
  )
}

function boundsOf(spec: RaceSpecInput): number[] {
  const { size, up, down, sourceUp, servers = 1, medium = 'switch', modes = MODES, peers } = spec
  const asked = { size, up, down, sourceUp, servers, medium }
  // Of a file only the core knows the size.
  if (spec.path !== undefined) return []
  return modes.flatMap((mode) => peers.map((n) => boundOf(asked, mode, n).seconds))
}

function useBegin(onBegun: (raceId: string, guess: Guess) => void) {
  const client = useClient()
  const act = useAct()
  return async (spec: RaceSpecInput, guess: Guess): Promise<void> => {
    const begun = await act(() => client.compare.start(spec))
    if (begun) onBegun(begun.raceId, guess)
  }
}

function HowItEnded({ state }: { state: Extract<RaceState, { is: 'ended' }> }): ReactNode {
  const { t } = useText()
  const { end } = state
  if (end.is === 'finished') return null
  if (end.is === 'cancelled') return <p role="status">{t('compare.ended.cancelled')}</p>
  const { why, todo } = problemText(end.problem, t)
  return (
    <p role="alert" className={css.failed}>
      {t('compare.ended.failed')} {why} {todo}
    </p>
  )
}

function raceIn(state: RaceState): Race | undefined {
  return state.is === 'ended' && state.race.points.length > 0 ? state.race : undefined
}
