import { useEffect, useState } from 'react'
import type { MailList, MailView, MailDialogue, ShownMail } from '../../../../src/contract/index.ts'
import { useClient } from '../../core/context.tsx'
import { useFollowed, type Watch } from '../../core/use-followed.ts'
import { useAct } from '../../ui/use-act.ts'

/** Accounts and queue, as long as the page is open. */
export function useMail(): MailView | undefined {
  return useFollowed(watchMail)
}

const watchMail: Watch<MailView> = (client, signal) => client.mail.watch(undefined, { signal })

/** Messages listed at once; “older” adds as many. */
const PAGE = 50

/** A folder's messages, listed again whenever something about mail changed. */
export function useMailList(
  account: string,
  folder: string,
  mail: MailView,
): {
  list: MailList | undefined
  showOlder: () => void
} {
  const client = useClient()
  const act = useAct()
  const [limit, setLimit] = useState(PAGE)
  const [list, setList] = useState<MailList | undefined>()
  useEffect(() => {
    let isWanted = true
    void act(() => client.mail.list({ account, folder, limit })).then((found) => {
      if (isWanted && found) setList(found)
    })
    return () => {
      isWanted = false
    }
  }, [act, client, account, folder, limit, mail])
  return { list, showOlder: () => setLimit((before) => before + PAGE) }
}

/** A message, read: it counts as seen. */
export function useShownMail(account: string, folder: string, uid: number): ShownMail | undefined {
  const client = useClient()
  const act = useAct()
  const [shown, setShown] = useState<ShownMail | undefined>()
  useEffect(() => {
    let isWanted = true
    setShown(undefined)
    void act(() => client.mail.read({ account, folder, uid, markSeen: true })).then((found) => {
      if (isWanted) setShown(found)
    })
    return () => {
      isWanted = false
    }
  }, [act, client, account, folder, uid])
  return shown
}

/** What was said about a message until now. */
export function useDialogues(
  messageId: string | undefined,
  mail: MailView,
): readonly MailDialogue[] | undefined {
  const client = useClient()
  const [dialogues, setDialogues] = useState<readonly MailDialogue[] | undefined>()
  useEffect(() => {
    let isWanted = true
    if (messageId === undefined) setDialogues([])
    else
      client.mail.dialogues({ messageId }).then(
        (found) => isWanted && setDialogues(found),
        () => isWanted && setDialogues([]),
      )
    return () => {
      isWanted = false
    }
  }, [client, messageId, mail])
  return dialogues
}
