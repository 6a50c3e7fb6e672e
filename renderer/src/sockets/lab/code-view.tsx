import { Button, NativeSelect } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState, type ReactNode } from 'react'
import type { CodeLanguage, LabView } from '../../../../src/contract/index.ts'
import { useClient } from '../../core/context.tsx'
import { useText } from '../../i18n/use-text.ts'
import { Card, Section } from '../../ui/page.tsx'
import { endName } from './names.ts'
import css from './lab.module.css'

const LANGUAGES: readonly CodeLanguage[] = ['c', 'python', 'node']

/** The steps of one process as a program. */
export function CodeView({ lab }: { lab: LabView }): ReactNode {
  const { t } = useText()
  const [end, setEnd] = useState('server')
  const [language, setLanguage] = useState<CodeLanguage>('c')
  const { copied, copy } = useClipboard({ timeout: 1500 })
  const code = useCode(lab, end, language)
  return (
    <Section title={t('sockets.lab.code')} text={t('sockets.lab.codeText')}>
      <Card>
        <div className={css.fields}>
          <NativeSelect
            label={t('sockets.lab.codeOf')}
            value={end}
            data={lab.ends.map((each) => ({ value: each.id, label: endName(each, t) }))}
            onChange={(event) => setEnd(event.currentTarget.value)}
          />
          <NativeSelect
            label={t('sockets.lab.language')}
            value={language}
            data={LANGUAGES.map((value) => ({ value, label: t(`sockets.lab.languages.${value}`) }))}
            onChange={(event) => setLanguage(event.currentTarget.value as CodeLanguage)}
          />
          <Button
            variant="default"
            className={css.copy}
            leftSection={
              copied ? <IconCheck size={16} aria-hidden="true" /> : <IconCopy size={16} aria-hidden="true" />
            }
            onClick={() => copy(code)}
          >
            {copied ? t('app.copied') : t('sockets.lab.copyCode')}
          </Button>
        </div>
        <pre className={css.code} tabIndex={0} role="region" aria-label={t('sockets.lab.code')}>
          <code>{code}</code>
        </pre>
      </Card>
    </Section>
  )
}

/** Asked for again whenever another step is done. */
function useCode(lab: LabView, end: string, language: CodeLanguage): string {
  const client = useClient()
  const [code, setCode] = useState('')
  const done =
    lab.ends.find(({ id }) => id === end)?.steps.filter(({ state }) => state.is === 'done').length ?? 0
  useEffect(() => {
    const stop = new AbortController()
    client.sockets.lab
      .code({ lab: lab.lab, end, language }, { signal: stop.signal })
      .then((answer) => setCode(answer.code))
      .catch(() => {})
    return () => stop.abort()
  }, [client, lab.lab, end, language, done])
  return code
}
