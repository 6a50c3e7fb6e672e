import { Button } from '@mantine/core'
import { IconAlertTriangle, IconWorld } from '@tabler/icons-react'
import { useEffect, useState, type ReactNode } from 'react'
import { useClient } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { useServers } from '../network/servers/use-servers.ts'
import { CopyLine } from '../ui/copy-line.tsx'
import { Qr } from '../ui/qr.tsx'
import { useAct } from '../ui/use-act.ts'
import css from './modal.module.css'

type Address = { readonly page: string; readonly spoken: string } | null

/** How a browser on another machine gets a share: a code to scan, an address to read out, or a switch that lets it in. */
export function BrowserAddress({ cid }: { cid: string }): ReactNode {
  const { t } = useText()
  const address = useAddress(cid)
  if (address === undefined) return null
  if (address === null) return <LetIn />
  return (
    <div className={css.qr}>
      <Qr text={address.page} label={t('servers.browser.image')} size={260} tooLong={t('qr.tooLong')} />
      <p className={css.text}>{t('servers.browser.text')}</p>
      <div className={css.address}>
        <span>{t('servers.browser.spoken')}</span>
        <span className={css.spoken}>
          <CopyLine text={address.spoken} />
        </span>
      </div>
      <div className={css.address}>
        <span>{t('servers.browser.page')}</span>
        <CopyLine text={address.page} />
      </div>
      <p className={css.warn}>
        <IconAlertTriangle size={16} aria-hidden="true" />
        {t('servers.browser.warn')}
      </p>
    </div>
  )
}

/** Undefined until the core has answered; asked again when the servers change. */
function useAddress(cid: string): Address | undefined {
  const client = useClient()
  const servers = useServers()
  const [address, setAddress] = useState<Address | undefined>()
  useEffect(() => {
    let isCurrent = true
    client.servers.addressOf({ cid }).then(
      (found) => isCurrent && setAddress(found),
      () => {},
    )
    return () => void (isCurrent = false)
  }, [client, cid, servers])
  return address
}

function LetIn(): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const letIn = async (): Promise<void> => {
    await act(() => client.servers.start({ roles: ['files'], reach: { is: 'network' }, keep: true }))
  }
  return (
    <div className={css.qr}>
      <IconWorld size={44} stroke={1.3} aria-hidden="true" />
      <h3>{t('servers.browser.offTitle')}</h3>
      <p className={css.text}>{t('servers.browser.offText')}</p>
      <Button onClick={() => void letIn()}>{t('servers.browser.letIn')}</Button>
    </div>
  )
}
