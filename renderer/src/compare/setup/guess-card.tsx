import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { Mode } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { NO_GUESS, type Guess } from '../model/guess.ts'
import { GuessPlot } from '../plots/guess-plot.tsx'
import { Choice } from './setup-card.tsx'
import css from './guess-card.module.css'

/** Where somebody says what they expect, before anything is shown. */
export function GuessCard(props: {
  peers: readonly number[]
  modes: readonly Mode[]
  most: number
  guess: Guess
  onChange: (guess: Guess) => void
}): ReactNode {
  const { peers, modes, most, guess, onChange } = props
  const { t } = useText()
  const [chosen, setChosen] = useState<Mode>('http')
  const drawing = modes.includes(chosen) ? chosen : modes[0]!
  const isEmpty = guess.http.size === 0 && guess.p2p.size === 0
  return (
    <div className={css.guess}>
      <div className={css.head}>
        <Choice
          label={t('compare.guess.which')}
          value={drawing}
          data={modes.map((mode) => ({ value: mode, label: t(`compare.modes.${mode}`) }))}
          onChange={setChosen}
        />
        <Button variant="subtle" size="compact-sm" disabled={isEmpty} onClick={() => onChange(NO_GUESS)}>
          {t('compare.guess.clear')}
        </Button>
      </div>
      <GuessPlot
        peers={peers}
        modes={modes}
        drawing={drawing}
        most={most}
        guess={guess}
        onChange={onChange}
      />
      <p className="sh-muted">{t('compare.guess.hint')}</p>
    </div>
  )
}
