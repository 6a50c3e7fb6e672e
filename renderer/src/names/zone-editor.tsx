import { Button, Modal, Textarea, TextInput } from '@mantine/core'
import { useEffect, useState, type ReactNode } from 'react'
import type { ZoneSummary } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { tell } from '../ui/tell.ts'
import { useAct } from '../ui/use-act.ts'
import { useZoneProblems, type Checked } from './use-zone-problems.ts'
import { zoneProblemText } from './zone-problem-text.ts'
import css from './zone-editor.module.css'

/** A new zone, or one of the tree. */
export type Edited = { readonly is: 'new' } | { readonly is: 'known'; readonly zone: ZoneSummary }

/** The tree itself stays as it is, and a laptop's zone is what that laptop says of itself. */
export function canEdit({ kind }: ZoneSummary): boolean {
  return kind === 'example' || kind === 'added'
}

const NEW_ZONE = 'www  300  A  192.0.2.1\n'

export function ZoneEditor({
  edited,
  onClose,
}: {
  edited: Edited | undefined
  onClose: () => void
}): ReactNode {
  const { t } = useText()
  return (
    <Modal
      opened={edited !== undefined}
      onClose={onClose}
      centered
      size="lg"
      title={edited && titleOf(edited, t)}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      {edited && (
        <Form key={edited.is === 'new' ? '' : edited.zone.origin} edited={edited} onClose={onClose} />
      )}
    </Modal>
  )
}

function titleOf(edited: Edited, t: ReturnType<typeof useText>['t']): string {
  if (edited.is === 'new') return t('names.addZone')
  const { origin: zone } = edited.zone
  return t(canEdit(edited.zone) ? 'names.editZone' : 'names.viewZone', { zone })
}

function Form({ edited, onClose }: { edited: Edited; onClose: () => void }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const isNew = edited.is === 'new'
  const isFixed = !isNew && !canEdit(edited.zone)
  const [origin, setOrigin] = useState(isNew ? '' : edited.zone.origin)
  const [text, setText] = useZoneText(edited)
  const checked = useZoneProblems(origin, isFixed ? '' : text)
  const save = async (): Promise<void> => {
    const saved = await act(async () => {
      await client.names.putZone({ origin, text: text ?? '' })
      return true
    })
    if (!saved) return
    tell(t('names.saved', { zone: origin }), t('app.close'))
    onClose()
  }
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      {isNew && (
        <TextInput
          label={t('names.zoneName')}
          placeholder="class.test"
          value={origin}
          maxLength={80}
          spellCheck={false}
          autoComplete="off"
          data-autofocus
          onChange={(event) => setOrigin(event.currentTarget.value.trim())}
        />
      )}
      <Textarea
        classNames={{ input: css.text }}
        label={t('names.zoneFile')}
        description={isFixed ? undefined : t('names.zoneFileHelp')}
        value={text ?? ''}
        readOnly={isFixed || text === undefined}
        rows={12}
        spellCheck={false}
        wrap="off"
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {!isFixed && <Problems checked={checked} />}
      <div className={css.buttons}>
        {!isFixed && (
          <Button type="submit" disabled={checked.is !== 'good'}>
            {t('names.save')}
          </Button>
        )}
        {!isNew && edited.zone.kind === 'added' && <Remove zone={edited.zone} onRemoved={onClose} />}
        <Button variant="subtle" color="gray" onClick={onClose}>
          {isFixed ? t('app.close') : t('app.cancel')}
        </Button>
      </div>
    </form>
  )
}

/** The zone as it is now; undefined until it is known. */
function useZoneText(edited: Edited): [string | undefined, (text: string) => void] {
  const client = useClient()
  const act = useAct()
  const [text, setText] = useState<string | undefined>(edited.is === 'new' ? NEW_ZONE : undefined)
  const origin = edited.is === 'new' ? undefined : edited.zone.origin
  useEffect(() => {
    if (origin === undefined) return
    let current = true
    void act(() => client.names.zone({ origin })).then((zone) => {
      if (current && zone) setText(zone.text)
    })
    return () => void (current = false)
  }, [act, client, origin])
  return [text, setText]
}

function Problems({ checked }: { checked: Checked }): ReactNode {
  const { t } = useText()
  return (
    <div className={css.problems} role="status" data-state={checked.is}>
      {checked.is === 'good' && t('names.zoneGood')}
      {checked.is === 'bad' && (
        <>
          <strong>{t('names.zoneProblems')}</strong>
          <ul>
            {checked.problems.map((problem, i) => (
              <li key={i}>{zoneProblemText(problem, t)}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

function Remove({ zone, onRemoved }: { zone: ZoneSummary; onRemoved: () => void }): ReactNode {
  const { t } = useText()
  const client = useClient()
  const act = useAct()
  const { origin, example } = zone
  const remove = async (): Promise<void> => {
    const removed = await act(async () => {
      await client.names.removeZone({ origin })
      return true
    })
    if (!removed) return
    tell(t(example ? 'names.restored' : 'names.removed', { zone: origin }), t('app.close'))
    onRemoved()
  }
  return (
    <Button variant="outline" color="warm" onClick={() => void remove()}>
      {example ? t('names.restore') : t('names.remove')}
    </Button>
  )
}
