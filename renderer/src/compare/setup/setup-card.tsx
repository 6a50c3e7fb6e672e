import { Button, Checkbox, Collapse, NumberInput, SegmentedControl, TextInput } from '@mantine/core'
import { IconChevronDown, IconFile } from '@tabler/icons-react'
import { useId, useState, type ReactNode } from 'react'
import { useClient, useHost } from '../../core/context.tsx'
import { useText } from '../../i18n/use-text.ts'
import { useAct } from '../../ui/use-act.ts'
import type { Setup, SetupField } from '../model/setup.ts'
import css from './setup-card.module.css'

type Change = (change: Partial<Setup>) => void

/** What races, how large, over which links. */
export function SetupCard(props: {
  setup: Setup
  wrong: readonly SetupField[]
  disabled: boolean
  onChange: Change
}): ReactNode {
  const { setup, wrong, disabled, onChange } = props
  const { t } = useText()
  const [isOpen, setOpen] = useState(false)
  const more = useId()
  return (
    <fieldset className={css.setup} disabled={disabled}>
      <legend className="sh-visually-hidden">{t('compare.setup.title')}</legend>
      <Content setup={setup} wrong={wrong} onChange={onChange} />
      <TextInput
        label={t('compare.setup.peers')}
        description={t('compare.setup.peersHelp')}
        value={setup.peers}
        error={wrong.includes('peers') && t('compare.setup.peersBad')}
        onChange={(event) => onChange({ peers: event.currentTarget.value })}
      />
      <div className={css.rates}>
        {(['sourceUp', 'up', 'down'] as const).map((field) => (
          <Rate key={field} field={field} setup={setup} wrong={wrong} onChange={onChange} />
        ))}
      </div>
      <Choice
        label={t('compare.setup.medium')}
        value={setup.medium}
        data={[
          { value: 'switch', label: t('compare.setup.switch') },
          { value: 'wifi', label: t('compare.setup.wifi') },
        ]}
        help={setup.medium === 'wifi' ? t('compare.setup.wifiHelp') : t('compare.setup.switchHelp')}
        onChange={(medium) => onChange({ medium })}
      />
      <Button
        className={css.more}
        variant="subtle"
        size="compact-sm"
        aria-expanded={isOpen}
        aria-controls={more}
        rightSection={<IconChevronDown size={15} aria-hidden="true" />}
        onClick={() => setOpen(!isOpen)}
      >
        {t('compare.setup.more')}
      </Button>
      <Collapse expanded={isOpen} id={more} className={css.rest}>
        <More setup={setup} onChange={onChange} />
      </Collapse>
    </fieldset>
  )
}

function Content({
  setup,
  wrong,
  onChange,
}: {
  setup: Setup
  wrong: readonly SetupField[]
  onChange: Change
}): ReactNode {
  const { t } = useText()
  const client = useClient()
  const { canPick } = useHost()
  const act = useAct()
  const pick = async (): Promise<void> => {
    const [path] = (await act(() => client.shell.pick({ what: 'file' })))?.paths ?? []
    if (path !== undefined) onChange({ path })
  }
  return (
    <div className={css.content}>
      <Choice
        label={t('compare.setup.content')}
        value={setup.content}
        data={[
          { value: 'random', label: t('compare.setup.random') },
          { value: 'file', label: t('compare.setup.file') },
        ]}
        onChange={(content) => onChange({ content })}
      />
      {setup.content === 'random' ? (
        <TextInput
          label={t('compare.setup.size')}
          value={setup.size}
          error={wrong.includes('size') && t('compare.setup.sizeBad')}
          onChange={(event) => onChange({ size: event.currentTarget.value })}
        />
      ) : (
        <TextInput
          label={t('compare.setup.path')}
          value={setup.path}
          error={wrong.includes('path') && t('compare.setup.pathBad')}
          leftSection={<IconFile size={16} aria-hidden="true" />}
          rightSectionWidth={90}
          rightSection={
            canPick && (
              <Button size="compact-xs" variant="default" onClick={() => void pick()}>
                {t('compare.setup.choose')}
              </Button>
            )
          }
          onChange={(event) => onChange({ path: event.currentTarget.value })}
        />
      )}
    </div>
  )
}

function Rate(props: {
  field: 'up' | 'down' | 'sourceUp'
  setup: Setup
  wrong: readonly SetupField[]
  onChange: Change
}): ReactNode {
  const { field, setup, wrong, onChange } = props
  const { t } = useText()
  return (
    <NumberInput
      label={t(`compare.setup.${field}`)}
      suffix={` ${t('compare.setup.mbit')}`}
      min={0}
      max={100_000}
      decimalScale={3}
      hideControls
      value={setup[field]}
      error={wrong.includes(field) && t('compare.setup.rateBad')}
      onChange={(value) => onChange({ [field]: typeof value === 'number' ? value : 0 })}
    />
  )
}

function More({ setup, onChange }: { setup: Setup; onChange: Change }): ReactNode {
  const { t } = useText()
  const whole = (value: string | number, most: number): number =>
    typeof value === 'number' ? Math.min(most, Math.max(1, Math.round(value))) : 1
  return (
    <div className={css.moreFields}>
      <Choice
        label={t('compare.setup.modes')}
        value={setup.modes}
        data={[
          { value: 'both', label: t('compare.setup.both') },
          { value: 'http', label: t('compare.modes.http') },
          { value: 'p2p', label: t('compare.modes.p2p') },
        ]}
        onChange={(modes) => onChange({ modes })}
      />
      <div className={css.rates}>
        <NumberInput
          label={t('compare.setup.servers')}
          min={1}
          max={16}
          value={setup.servers}
          onChange={(value) => onChange({ servers: whole(value, 16) })}
        />
        <NumberInput
          label={t('compare.setup.repeats')}
          min={1}
          max={5}
          value={setup.repeats}
          onChange={(value) => onChange({ repeats: whole(value, 5) })}
        />
      </div>
      <Checkbox
        label={t('compare.setup.switchOff')}
        checked={setup.switchOff}
        onChange={(event) => onChange({ switchOff: event.currentTarget.checked })}
      />
    </div>
  )
}

/** One of a few, with a label above and a word below. */
export function Choice<T extends string>(props: {
  label: string
  value: T
  data: readonly { value: T; label: string }[]
  help?: string
  onChange: (value: T) => void
}): ReactNode {
  const id = useId()
  return (
    <div className={css.choice}>
      <span id={id}>{props.label}</span>
      <SegmentedControl
        aria-labelledby={id}
        value={props.value}
        data={[...props.data]}
        onChange={(value) => props.onChange(value)}
      />
      {props.help && <p>{props.help}</p>}
    </div>
  )
}
