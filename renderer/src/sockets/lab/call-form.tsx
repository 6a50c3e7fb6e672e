import { Button, NativeSelect, NumberInput, TextInput } from '@mantine/core'
import { useId, useState, type ReactNode } from 'react'
import type { LabCallView, LabEndView, LabPlanView } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { callText, networkOrder } from './call-text.ts'
import {
  ARGUMENTS,
  CALL_NAMES,
  callOf,
  draftOf,
  failedCall,
  type ArgumentName,
  type CallName,
  type Draft,
} from './draft.ts'
import css from './lab.module.css'

/** The next call of a process: suggested, and free to be changed. It is to be given a new key when the suggestion changes. */
export function CallForm(props: {
  end: LabEndView
  plan: LabPlanView
  addresses: readonly string[]
  disabled: boolean
  onCall: (call: LabCallView) => void
}): ReactNode {
  const { t } = useText()
  const { end, plan, addresses } = props
  const [draft, setDraft] = useState(() => draftOf(end.next ?? failedCall(end), plan, end.descriptors))
  const call = callOf(draft)
  const isSuggested = end.next !== null && JSON.stringify(call) === JSON.stringify(end.next)
  const change = (part: Partial<Draft>): void => setDraft((before) => ({ ...before, ...part }))
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (call) props.onCall(call)
      }}
    >
      <p className={css.hint}>{isSuggested ? t('sockets.lab.suggested') : t('sockets.lab.offPath')}</p>
      <div className={css.fields}>
        <NativeSelect
          label={t('sockets.lab.call')}
          data={[...CALL_NAMES]}
          value={draft.call}
          onChange={(event) => change({ call: event.currentTarget.value as CallName })}
        />
        {ARGUMENTS[draft.call].map((name) => (
          <Argument
            key={name}
            {...{ name, draft, change, addresses }}
            sockets={end.descriptors.map((d) => d.sockfd)}
          />
        ))}
      </div>
      {ARGUMENTS[draft.call].includes('port') && (
        <p className={css.hint}>
          {t('sockets.lab.byteOrder', { port: draft.port, hex: networkOrder(draft.port) })}
        </p>
      )}
      <Button type="submit" disabled={props.disabled || !call} className={css.make}>
        <span className={css.makeText}>
          {t('sockets.lab.make', { call: call ? callText(call) : draft.call })}
        </span>
      </Button>
    </form>
  )
}

/** Numbers and their bounds; what is typed beyond is not taken. */
const NUMBERS: Partial<Record<ArgumentName, readonly [min: number, max: number]>> = {
  protocol: [0, 255],
  port: [0, 65_535],
  backlog: [0, 128],
  length: [1, 65_536],
  filler: [0, 8 * 1024 * 1024],
}
const CHOICES: Partial<Record<ArgumentName, readonly string[]>> = {
  domain: ['PF_INET', 'PF_INET6'],
  type: ['SOCK_STREAM', 'SOCK_DGRAM'],
  how: ['SHUT_RD', 'SHUT_WR', 'SHUT_RDWR'],
}

function Argument(props: {
  name: ArgumentName
  draft: Draft
  change: (part: Partial<Draft>) => void
  addresses: readonly string[]
  sockets: readonly number[]
}): ReactNode {
  const { t } = useText()
  const list = useId()
  const { name, draft, change } = props
  const label = t(`sockets.lab.field.${name}`)
  const choices = name === 'sockfd' ? props.sockets.map(String) : CHOICES[name]
  if (choices)
    return (
      <NativeSelect
        label={label}
        data={[...choices]}
        value={String(draft[name] ?? '')}
        onChange={({ currentTarget: { value } }) =>
          change({ [name]: name === 'sockfd' ? Number(value) : value })
        }
      />
    )
  const bounds = NUMBERS[name]
  if (bounds)
    return (
      <NumberInput
        label={label}
        min={bounds[0]}
        max={bounds[1]}
        hideControls
        allowDecimal={false}
        clampBehavior="strict"
        value={draft[name] as number}
        onChange={(value) => change({ [name]: Number(value) || 0 })}
      />
    )
  return (
    <>
      <TextInput
        label={label}
        value={String(draft[name])}
        maxLength={name === 'address' ? 45 : 4096}
        {...(name === 'address' ? { list } : {})}
        onChange={({ currentTarget: { value } }) => change({ [name]: value })}
      />
      {name === 'address' && (
        <datalist id={list}>
          {props.addresses.map((address) => (
            <option key={address} value={address}>
              {address}
            </option>
          ))}
        </datalist>
      )}
    </>
  )
}
