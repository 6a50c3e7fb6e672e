import { Button, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { useClient } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { tell } from '../ui/tell.ts'
import { useAct } from '../ui/use-act.ts'
import css from './connect-form.module.css'

/** For networks that hide laptops from each other: the address, typed. */
export function ConnectForm(): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const [address, setAddress] = useState('')
  const [busy, setBusy] = useState(false)
  const connect = async (): Promise<void> => {
    setBusy(true)
    const connected = await act(() => client.nearby.connect({ address: address.trim() }))
    setBusy(false)
    if (!connected) return
    setAddress('')
    tell(t('nearby.connected'), t('app.close'))
  }
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (address.trim() !== '') void connect()
      }}
    >
      <TextInput
        className={css.input}
        label={t('nearby.typeLabel')}
        description={t('nearby.typeHelp')}
        placeholder={t('nearby.typePlaceholder')}
        value={address}
        maxLength={1024}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={busy}>
        {t('nearby.connect')}
      </Button>
    </form>
  )
}
