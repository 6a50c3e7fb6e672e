import { notifications } from '@mantine/notifications'
import { useCallback } from 'react'
import { problemOf } from '../core/problem.ts'
import { problemText } from '../core/problem-text.ts'
import { useText } from '../i18n/use-text.ts'

/** Runs what a person asked for. A failure is told in words; the result is undefined then. */
export function useAct(): <T>(work: () => Promise<T>) => Promise<T | undefined> {
  const { t } = useText()
  return useCallback(
    async (work) => {
      try {
        return await work()
      } catch (error) {
        const problem = problemOf(error)
        if (problem.code === 'cancelled') return undefined
        const { what, why, todo, about } = problemText(problem, t)
        notifications.show({
          title: what,
          message: [about, why, todo].filter(Boolean).join(' '),
          color: 'orange',
          autoClose: 15_000,
          closeButtonProps: { 'aria-label': t('app.close') },
        })
        return undefined
      }
    },
    [t],
  )
}
