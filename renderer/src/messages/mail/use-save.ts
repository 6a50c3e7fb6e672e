import { useCallback } from 'react'
import type { MailFileWish } from '../../../../src/contract/index.ts'
import { useClient, useHost } from '../../core/context.tsx'
import { useText } from '../../i18n/use-text.ts'
import { tell } from '../../ui/tell.ts'
import { useAct } from '../../ui/use-act.ts'

/** Keeps a file of a message: the app puts it into the download folder and shows it there, a browser downloads it. */
export function useSave(): (wish: MailFileWish) => Promise<void> {
  const { t } = useText()
  const client = useClient()
  const { canReveal } = useHost()
  const act = useAct()
  return useCallback(
    async (wish) => {
      await act(async () => {
        if (!canReveal) return follow(await client.mail.handOut(wish))
        const { path } = await client.mail.save(wish)
        return tell(t('mail.savedAs', { path }), t('app.close'))
      })
    },
    [act, canReveal, client, t],
  )
}

/** The answer says that it is to be saved; were it shown all the same, it would not be in place of this page. */
function follow({ url, name }: { url: string; name: string }): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}
