import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { IconDownload, IconLink } from '@tabler/icons-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { Mode } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { navigate, routeTo } from '../shell/route.ts'
import { tell } from '../ui/tell.ts'
import { useAct } from '../ui/use-act.ts'
import { previewLink, type LinkPreview } from './link.ts'
import css from './link-field.module.css'

/** Where a link becomes a download. A link that came from elsewhere only fills it in: the person starts it. */
export function LinkField({ linkFromRoute }: { linkFromRoute: string | undefined }): ReactNode {
  const { t, format } = useText()
  const client = useClient()
  const act = useAct()
  const [text, setText] = useState(linkFromRoute ?? '')
  const [refused, setRefused] = useState(false)
  const [mode, setMode] = useState<Mode>('p2p')
  const [busy, setBusy] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const preview = previewLink(text)

  useEffect(() => {
    if (linkFromRoute === undefined) return
    setText(linkFromRoute)
    setRefused(false)
    button.current?.focus()
  }, [linkFromRoute])

  const submit = async (): Promise<void> => {
    if (!preview) return setRefused(text.trim() !== '')
    setBusy(true)
    const begun = await act(() =>
      client.shares.download({ link: preview.link, mode: preview.hasServer ? mode : 'p2p' }),
    )
    setBusy(false)
    if (!begun) return
    setText('')
    if (linkFromRoute !== undefined) navigate(routeTo('files'))
    tell(t('files.downloading', { name: preview.name ?? t('files.linkLabel') }), t('app.close'))
  }

  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <TextInput
        className={css.input}
        aria-label={t('files.linkLabel')}
        placeholder={t('files.linkPlaceholder')}
        leftSection={<IconLink size={16} aria-hidden="true" />}
        value={text}
        spellCheck={false}
        autoComplete="off"
        error={refused && t('files.linkBad')}
        description={preview && offerWords(preview, t, format)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setRefused(false)
        }}
      />
      <Button
        ref={button}
        type="submit"
        loading={busy}
        variant={preview ? 'filled' : 'default'}
        leftSection={<IconDownload size={16} aria-hidden="true" />}
      >
        {t('files.linkDownload')}
      </Button>
      {preview?.hasServer && (
        <SegmentedControl
          className={css.mode}
          aria-label={t('servers.from')}
          value={mode}
          onChange={(value) => setMode(value)}
          data={[
            { value: 'p2p', label: t('servers.fromPeers') },
            { value: 'http', label: t('servers.fromServer') },
          ]}
        />
      )}
    </form>
  )
}

function offerWords(
  { name, size }: LinkPreview,
  t: ReturnType<typeof useText>['t'],
  format: ReturnType<typeof useText>['format'],
): string | undefined {
  if (name === undefined) return undefined
  return size === undefined
    ? t('files.linkOffers', { name })
    : t('files.linkOffersSized', { name, size: format.size(size) })
}
