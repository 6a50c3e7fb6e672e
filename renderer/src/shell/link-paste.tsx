import { useEffect, type ReactNode } from 'react'
import { useServices } from '../core/context.tsx'
import { findLink } from '../files/link.ts'
import { navigate, routeToLink } from './route.ts'

/** A link pasted anywhere, or handed over by the system, fills in the link field. Nothing starts by itself. */
export function LinkPaste(): ReactNode {
  const { platform } = useServices()
  useEffect(() => platform.onLink((link) => openLink(link)), [platform])
  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      // A field takes its own paste.
      if ((event.target as Element | null)?.closest('input, textarea, [contenteditable]')) return
      if (openLink(event.clipboardData?.getData('text/plain') ?? '')) event.preventDefault()
    }
    document.addEventListener('paste', onPaste)
    return () => document.removeEventListener('paste', onPaste)
  }, [])
  return null
}

function openLink(text: string): boolean {
  const found = findLink(text)
  if (found) navigate(routeToLink(found.link))
  return found !== undefined
}
