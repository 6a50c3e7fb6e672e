import { useEffect, useState } from 'react'
import type { MailAccount } from '../../../src/contract/index.ts'
import { useClient, useShares } from '../core/context.tsx'
import { useAct } from '../ui/use-act.ts'
import { mailDraft, rememberAddress, rememberedAddress } from './mail-draft.ts'

/** The two ways to a person: to their laptop, or through servers. */
export type How = 'direct' | 'mail'

/** Sends directly: the words go with the first offer; without one they are a note. */
export function useSendDirect(peerId: string): (words: string, shareIds: readonly string[]) => Promise<void> {
  const client = useClient()
  return async (words, shareIds) => {
    if (shareIds.length === 0) await client.messages.send({ peerId, text: words })
    for (const [i, shareId] of shareIds.entries())
      await client.messages.offer({ shareId, to: [peerId], text: i === 0 ? words : '' })
  }
}

export interface MailWay {
  readonly accounts: readonly MailAccount[] | undefined
  readonly from: string | undefined
  readonly to: string
  setFrom(account: string): void
  setTo(address: string): void
  /** There is an account, an address, and a link for each share. */
  isReady(shareIds: readonly string[]): boolean
  send(words: string, shareIds: readonly string[]): Promise<void>
}

/** Sends by mail; accounts are asked for once that way is chosen. */
export function useMailWay(peerId: string, isChosen: boolean): MailWay {
  const client = useClient()
  const act = useAct()
  const shares = useShares()
  const [accounts, setAccounts] = useState<readonly MailAccount[] | undefined>()
  const [chosen, setFrom] = useState<string | undefined>()
  const [to, setTo] = useState(() => rememberedAddress(peerId, window.localStorage))
  useEffect(() => {
    if (isChosen) void act(() => client.mail.accounts()).then((found) => setAccounts(found ?? []))
  }, [act, client, isChosen])
  const from = chosen ?? accounts?.[0]?.name
  const sharesOf = (ids: readonly string[]) => ids.flatMap((id) => shares.get(id) ?? [])
  return {
    accounts,
    from,
    to,
    setFrom,
    setTo,
    isReady: (ids) =>
      from !== undefined && to.includes('@') && sharesOf(ids).every(({ link }) => link !== null),
    send: async (words, ids) => {
      const { subject, text } = mailDraft(words, sharesOf(ids))
      await client.mail.send({ from: from!, to: [to.trim()], subject, text })
      rememberAddress(peerId, to.trim(), window.localStorage)
    },
  }
}
