import { NumberInput, Switch } from '@mantine/core'
import { useEffect, useState, type ReactNode } from 'react'
import { useText } from '../i18n/use-text.ts'

const MBIT = 1e6
/** What a limit starts from when it is switched on: enough for a film in an evening, little enough to be felt. */
const FIRST_LIMIT_MBIT = 20
/** 1 Tbit/s, the core's own bound. */
const MAX_MBIT = 1e6

/** A limit in Mbit/s, or none. The core keeps bits per second, 0 for none. */
export function RateField(props: {
  label: string
  value: number
  save: (bits: number) => Promise<boolean>
}): ReactNode {
  const { label, value, save } = props
  const { t } = useText()
  const limited = value > 0
  const [text, setText] = useState<string | number>(value / MBIT)
  useEffect(() => setText(value / MBIT), [value])
  const commit = (): void => {
    const bits = Math.round(Number(text) * MBIT)
    if (bits > 0 && bits !== value) void save(bits)
    else setText(value / MBIT)
  }
  return (
    <>
      <Switch
        label={t('settings.unlimited')}
        aria-label={`${label}: ${t('settings.unlimited')}`}
        checked={!limited}
        onChange={(event) => void save(event.currentTarget.checked ? 0 : FIRST_LIMIT_MBIT * MBIT)}
      />
      {limited && (
        <NumberInput
          aria-label={`${label}, ${t('settings.mbit')}`}
          w={150}
          min={0.01}
          max={MAX_MBIT}
          decimalScale={2}
          suffix={` ${t('settings.mbit')}`}
          thousandSeparator
          hideControls
          value={text}
          onChange={setText}
          onBlur={commit}
          onKeyDown={(event) => event.key === 'Enter' && commit()}
        />
      )}
    </>
  )
}
