import { Button, Switch, TextInput } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useClient, useSettings } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { IconAction } from '../ui/icon-action.tsx'
import { Card } from '../ui/page.tsx'
import { useAct } from '../ui/use-act.ts'
import { Avatar } from './avatar.tsx'
import css from './me-card.module.css'

/** How others see this laptop: its name, to be changed in place, and whether they see it at all. */
export function MeCard(): ReactNode {
  const { t } = useText()
  const settings = useSettings()
  const client = useClient()
  const act = useAct()
  const [editing, setEditing] = useState(false)
  return (
    <Card>
      <div className={css.me}>
        <Avatar name={settings.name} mine />
        {editing ? (
          <NameForm name={settings.name} onDone={() => setEditing(false)} />
        ) : (
          <div className={css.words}>
            <p className={css.name}>
              {settings.name}
              <IconAction
                icon={IconPencil}
                label={t('nearby.rename')}
                tooltip={t('nearby.rename')}
                onClick={() => setEditing(true)}
              />
            </p>
            <p className="sh-muted">{t('nearby.me')}</p>
          </div>
        )}
        <Switch
          className={css.switch}
          label={t('nearby.visible')}
          description={settings.visible ? t('nearby.visibleOn') : t('nearby.visibleOff')}
          checked={settings.visible}
          onChange={(event) => {
            const visible = event.currentTarget.checked
            void act(() => client.settings.update({ visible }))
          }}
        />
      </div>
    </Card>
  )
}

function NameForm({ name, onDone }: { name: string; onDone: () => void }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const [text, setText] = useState(name)
  const fits = text.trim().length >= 1 && text.trim().length <= 64
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (!fits) return
        void act(() => client.settings.update({ name: text.trim() })).then((saved) => saved && onDone())
      }}
      onKeyDown={(event) => event.key === 'Escape' && onDone()}
    >
      <TextInput
        aria-label={t('nearby.name')}
        value={text}
        maxLength={64}
        autoFocus
        error={!fits && t('settings.nameBad')}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" aria-label={t('nearby.saveName')} disabled={!fits}>
        {t('settings.save')}
      </Button>
      <Button variant="subtle" color="gray" onClick={onDone}>
        {t('app.cancel')}
      </Button>
    </form>
  )
}
