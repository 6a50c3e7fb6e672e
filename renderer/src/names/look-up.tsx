import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { DnsResolution } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { Card, Section } from '../ui/page.tsx'
import { useAct } from '../ui/use-act.ts'
import { outcomeWords } from './path.ts'
import css from './look-up.module.css'

const TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT']
/** One that leads through every level, one that is an alias of nothing, one that is not there. */
const EXAMPLES = ['www.example.com', 'www.example.org', 'nobody.example.net']
const FIRST = EXAMPLES[0]!

/** A question to the local DNS server. */
export function LookUp(props: {
  /** A laptop's name to try. */
  laptop: string | undefined
  onFound: (found: DnsResolution) => void
}): ReactNode {
  const { laptop, onFound } = props
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const [name, setName] = useState(FIRST)
  const [type, setType] = useState('A')
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState('')
  const ask = async (asked: string): Promise<void> => {
    setBusy(true)
    const found = await act(() => client.names.resolve({ name: asked, type }))
    setBusy(false)
    if (!found) return
    setSaid(`${found.name} ${found.type}: ${outcomeWords(found, t)}`)
    onFound(found)
  }
  return (
    <Section title={t('names.lookUp')}>
      <Card>
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault()
            if (name.trim() !== '') void ask(name.trim())
          }}
        >
          <TextInput
            className={css.name}
            label={t('names.name')}
            placeholder={FIRST}
            value={name}
            maxLength={1024}
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="none"
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NativeSelect
            label={t('names.type')}
            data={TYPES}
            value={type}
            onChange={(event) => setType(event.currentTarget.value)}
          />
          <Button type="submit" loading={busy}>
            {t('names.go')}
          </Button>
        </form>
        <p className={css.examples}>
          <span>{t('names.tryThese')}</span>
          {[...EXAMPLES, ...(laptop === undefined ? [] : [laptop])].map((example) => (
            <Button
              key={example}
              size="compact-sm"
              variant="default"
              onClick={() => {
                setName(example)
                void ask(example)
              }}
            >
              {example}
            </Button>
          ))}
        </p>
        <p className="sh-visually-hidden" role="status">
          {said}
        </p>
      </Card>
    </Section>
  )
}
