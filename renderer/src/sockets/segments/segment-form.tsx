import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import type { SegmentRequest } from '../../../../src/contract/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { Card, Section } from '../../ui/page.tsx'
import { PortInput } from '../../ui/port-input.tsx'
import css from './segments.module.css'

/** Characters of a message: its checksum is shown word by word. */
const MAX_MESSAGE = 512

/** What the segment is made of. Any change undoes the flips: they were bits of another segment. */
export function SegmentForm(props: {
  request: SegmentRequest
  onChange: (request: SegmentRequest) => void
}): ReactNode {
  const { t } = useText()
  const { request } = props
  const change = (part: Partial<SegmentRequest>): void => props.onChange({ ...request, ...part, flips: [] })
  const setEnd = (end: 'source' | 'destination', part: Partial<SegmentRequest['source']>): void =>
    change({ [end]: { ...request[end], ...part } })
  return (
    <Section title={t('sockets.segments.edit')}>
      <Card>
        <div className={css.fields}>
          <NativeSelect
            label={t('sockets.segments.protocol')}
            value={request.protocol}
            data={[
              { value: 'udp', label: 'UDP' },
              { value: 'tcp', label: 'TCP' },
            ]}
            onChange={({ currentTarget: { value } }) => change({ protocol: value as 'udp' | 'tcp' })}
          />
          {(['source', 'destination'] as const).map((end) => (
            <EndFields key={end} end={end} value={request[end]} onChange={(part) => setEnd(end, part)} />
          ))}
        </div>
        <Textarea
          mt={12}
          label={t('sockets.segments.message')}
          value={request.message}
          maxLength={MAX_MESSAGE}
          autosize
          minRows={1}
          maxRows={6}
          onChange={({ currentTarget: { value } }) => change({ message: value })}
        />
        {request.protocol === 'udp' && (
          <Checkbox
            mt={12}
            label={t('sockets.segments.noChecksum')}
            checked={request.checksum === 'none'}
            onChange={(event) => change({ checksum: event.currentTarget.checked ? 'none' : 'computed' })}
          />
        )}
      </Card>
    </Section>
  )
}

function EndFields(props: {
  end: 'source' | 'destination'
  value: { address: string; port: number }
  onChange: (part: { address?: string; port?: number }) => void
}): ReactNode {
  const { t } = useText()
  const { end, value } = props
  return (
    <>
      <TextInput
        label={t(`sockets.segments.${end}Address`)}
        value={value.address}
        maxLength={45}
        onChange={({ currentTarget }) => props.onChange({ address: currentTarget.value })}
      />
      <PortInput
        label={t(`sockets.segments.${end}Port`)}
        value={value.port}
        onChange={(port) => props.onChange({ port: Number(port) || 0 })}
      />
    </>
  )
}
