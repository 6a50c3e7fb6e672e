import { IconShieldLock, IconWifiOff, IconAccessPoint } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useNetwork } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { addressesToType, whyNoAddress } from '../network/address.ts'
import { CopyLines } from '../ui/copy-line.tsx'
import { Empty } from '../ui/empty.tsx'
import { Card } from '../ui/page.tsx'
import { Qr } from '../ui/qr.tsx'
import css from './nobody.module.css'

/** The first seconds: looking. Rings go out like a sonar's. */
export function Searching(): ReactNode {
  const { t } = useText()
  return (
    <div role="status">
      <Empty
        art={
          <span className={css.sonar} aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
        }
        title={t('nearby.searching')}
        text={t('nearby.searchingText')}
      />
    </div>
  )
}

/** Nobody after all: what to do on the other laptop, and why it may not work. */
export function Nobody(): ReactNode {
  const { t } = useText()
  const network = useNetwork()
  const addresses = addressesToType(network.addresses)
  const [first] = addresses
  return (
    <div className={css.columns}>
      <Card>
        <div className={css.reach}>
          {first && (
            <Qr text={first} label={t('nearby.qrImage', { address: first })} size={148} tooLong={null} />
          )}
          <div className={css.words}>
            <div role="status">
              <h2>{t('nearby.nobody')}</h2>
            </div>
            <p>{first ? t('nearby.nobodyText') : t(whyNoAddress(network))}</p>
            <CopyLines texts={addresses} label={t('network.addresses')} />
          </div>
        </div>
      </Card>
      <Card>
        <h2>{t('nearby.reasons')}</h2>
        <ol className={css.reasons}>
          <Reason
            icon={<IconWifiOff size={19} stroke={1.7} />}
            title={t('nearby.reason1Title')}
            text={t('nearby.reason1')}
          />
          <Reason
            icon={<IconAccessPoint size={19} stroke={1.7} />}
            title={t('nearby.reason2Title')}
            text={t('nearby.reason2')}
          />
          <Reason
            icon={<IconShieldLock size={19} stroke={1.7} />}
            title={t('nearby.reason3Title')}
            text={t('nearby.reason3')}
          />
        </ol>
      </Card>
    </div>
  )
}

function Reason(props: { icon: ReactNode; title: string; text: string }): ReactNode {
  return (
    <li>
      <span aria-hidden="true">{props.icon}</span>
      <p>
        <strong>{props.title}</strong> {props.text}
      </p>
    </li>
  )
}
