import { useCallback } from 'react'
import type { Mode, Share } from '../../../src/contract/index.ts'
import { useClient } from '../core/context.tsx'
import { useText } from '../i18n/use-text.ts'
import { tell } from '../ui/tell.ts'
import { useAct } from '../ui/use-act.ts'

export interface ShareActions {
  pause(): void
  resume(): void
  reveal(): void
  copyLink(): void
  verify(): void
  setOpenly(openly: boolean): void
  setMode(mode: Mode): void
  remove(withFiles: boolean): Promise<void>
}

/** What a person can do with one share, each told in words when it fails. */
export function useShareActions(share: Share): ShareActions {
  const client = useClient()
  const act = useAct()
  const { t } = useText()
  const { id, link, name } = share
  const copyLink = useCallback(async () => {
    if (!link) return
    await act(() => navigator.clipboard.writeText(link))
    tell(t('action.linkCopied'), t('app.close'))
  }, [act, link, t])
  const verify = async (): Promise<void> => {
    const result = await act(() => client.shares.verify({ id }))
    if (!result) return
    const { badParts } = result
    const words =
      badParts === 0 ? t('action.verifyGood', { name }) : t('action.verifyBad', { name, count: badParts })
    tell(words, t('app.close'))
  }
  return {
    pause: () => void act(() => client.shares.pause({ id })),
    resume: () => void act(() => client.shares.resume({ id })),
    reveal: () => void act(() => client.shares.reveal({ id })),
    copyLink: () => void copyLink(),
    verify: () => void verify(),
    setOpenly: (openly) => void act(() => client.shares.setOpenly({ id, openly })),
    setMode: (mode) => void act(() => client.shares.setMode({ id, mode })),
    remove: async (withFiles) => void (await act(() => client.shares.remove({ id, withFiles }))),
  }
}

/** Which of the two switches a state offers; none while it reads or has failed for good. */
export function switchOf(share: Share): 'pause' | 'resume' | 'stop' | 'start' | undefined {
  switch (share.state.is) {
    case 'looking':
    case 'downloading':
    case 'waiting':
      return 'pause'
    case 'paused':
    case 'stuck':
      return 'resume'
    case 'serving':
      return 'stop'
    case 'stopped':
      return 'start'
    case 'hashing':
    case 'checking':
    case 'failed':
      return undefined
  }
}
