import { Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { problemText } from '../core/problem-text.ts'
import { useText } from '../i18n/use-text.ts'
import { IconAction } from '../ui/icon-action.tsx'
import { Card } from '../ui/page.tsx'
import { Progress } from '../ui/progress.tsx'
import { useUploads, useUploadViews } from '../upload/uploads-context.tsx'
import type { UploadView } from '../upload/uploads.ts'
import css from './upload-rows.module.css'

/** Files on their way from this browser to the core: the one step that needs the page to stay open. */
export function UploadRows(): ReactNode {
  const views = useUploadViews()
  if (views.length === 0) return null
  return (
    <Card flush>
      <ul className={css.list}>
        {views.map((view) => (
          <li key={view.key} className={css.row}>
            {view.is === 'sending' ? <Sending view={view} /> : <Failed view={view} />}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Sending({ view }: { view: Extract<UploadView, { is: 'sending' }> }): ReactNode {
  const { t, format } = useText()
  const uploads = useUploads()
  const values = {
    done: format.size(view.sent),
    total: format.size(view.bytes),
    rate: `${format.size(view.bytesPerSecond)}/s`,
  }
  return (
    <>
      <div className={css.words}>
        <strong>{t('upload.sending', { name: view.name })}</strong>
        <span>
          {t('upload.files', { count: view.files })} · {t('upload.progress', values)}
        </span>
      </div>
      <IconAction
        icon={IconX}
        tooltip={t('app.cancel')}
        label={t('upload.cancel', { name: view.name })}
        onClick={() => uploads.cancel(view.key)}
      />
      <div className={css.progress}>
        <Progress
          value={view.bytes > 0 ? view.sent / view.bytes : 1}
          label={t('upload.sending', { name: view.name })}
          slim
        />
      </div>
    </>
  )
}

function Failed({ view }: { view: Extract<UploadView, { is: 'failed' }> }): ReactNode {
  const { t } = useText()
  const uploads = useUploads()
  const { what, todo } = problemText(view.problem, t)
  return (
    <>
      <div className={css.words} role="alert">
        <strong>{t('upload.failed', { name: view.name })}</strong>
        <span>
          {what} {todo}
        </span>
      </div>
      <Button size="compact-sm" variant="default" onClick={() => uploads.dismiss(view.key)}>
        {t('upload.dismiss')}
      </Button>
    </>
  )
}
