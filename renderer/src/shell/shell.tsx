import { useEffect, useRef, type ReactNode } from 'react'
import { useAppState } from '../core/context.tsx'
import { ComparePage } from '../compare/compare-page.tsx'
import { ProjectorPage } from '../compare/projector/projector-page.tsx'
import { FilesPage } from '../files/files-page.tsx'
import { DetailPage } from '../files/detail/detail-page.tsx'
import { HelpPage } from '../help/help-page.tsx'
import { useText } from '../i18n/use-text.ts'
import { MessagesPage } from '../messages/messages-page.tsx'
import { NamesPage } from '../names/names-page.tsx'
import { NearbyPage } from '../nearby/nearby-page.tsx'
import { NetworkRoute } from '../sockets/network-route.tsx'
import { SettingsPage } from '../settings/settings-page.tsx'
import { Announcer } from './announcer.tsx'
import { LinkPaste } from './link-paste.tsx'
import { LostBanner } from './lost-banner.tsx'
import { Nav } from './nav.tsx'
import { Notices } from './notices.tsx'
import { NotFoundPage } from './other-pages.tsx'
import { useRoute, type Route } from './route.ts'
import { Splash } from './splash.tsx'
import { useTabTitle } from './tab-title.ts'
import css from './shell.module.css'

/** Navigation, the page of the route, and what watches over all pages. */
export function Shell(): ReactNode {
  const hasPicture = useAppState((state) => state.is !== 'connecting' && state.picture !== undefined)
  return hasPicture ? <Pages /> : <Splash />
}

function Pages(): ReactNode {
  const { t } = useText()
  const route = useRoute()
  const main = useRef<HTMLElement>(null)
  useFocusOnChange(main, `${route.page}/${route.rest ?? ''}`)
  useTabTitle(route.page)
  return (
    <div className={css.shell}>
      <a
        className={css.skip}
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          main.current?.focus()
        }}
      >
        {t('app.skip')}
      </a>
      <Nav />
      <div className={css.body}>
        <LostBanner />
        <main className={css.main} ref={main} tabIndex={-1} id="main">
          {pageOf(route)}
        </main>
      </div>
      <LinkPaste />
      <Notices />
      <Announcer />
    </div>
  )
}

function pageOf({ page, rest, query }: Route): ReactNode {
  switch (page) {
    case 'files':
      return rest ? (
        <DetailPage id={rest} key={rest} />
      ) : (
        <FilesPage linkFromRoute={query.get('link') ?? undefined} />
      )
    case 'nearby':
      return <NearbyPage />
    case 'messages':
      return <MessagesPage rest={rest} />
    case 'network':
      return <NetworkRoute rest={rest} />
    case 'settings':
      return <SettingsPage />
    case 'help':
      return <HelpPage topic={rest} />
    case 'names':
      return <NamesPage />
    case 'compare':
      return rest === 'projector' ? (
        <ProjectorPage resultId={query.get('result') ?? undefined} />
      ) : (
        <ComparePage />
      )
    case undefined:
      return <NotFoundPage />
  }
}

/** A page change moves the focus to the new page, as a load would: screen readers then read its heading. */
function useFocusOnChange(target: React.RefObject<HTMLElement | null>, key: string): void {
  const last = useRef(key)
  useEffect(() => {
    if (last.current === key) return
    last.current = key
    target.current?.scrollTo(0, 0)
    // A page that put the focus where it is wanted keeps it.
    if (!target.current?.contains(document.activeElement)) target.current?.focus({ preventScroll: true })
  }, [key, target])
}
