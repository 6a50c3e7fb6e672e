import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './styles/tokens.css'
import './styles/base.css'
import { MantineProvider, useMantineColorScheme } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import type { i18n } from 'i18next'
import { useEffect, type ReactNode } from 'react'
import { I18nextProvider } from 'react-i18next'
import { ServicesProvider, useAppState, type AppServices } from './core/context.tsx'
import { pictureOf } from './core/state.ts'
import { chooseLanguage } from './i18n/index.ts'
import { MessagesProvider } from './messages/overview.tsx'
import { ErrorBoundary } from './shell/error-boundary.tsx'
import { Shell } from './shell/shell.tsx'
import { cssVariables, theme } from './styles/theme.ts'
import { UploadsProvider } from './upload/uploads-context.tsx'

export function App(props: { services: AppServices; translator: i18n }): ReactNode {
  return (
    <ServicesProvider services={props.services}>
      <I18nextProvider i18n={props.translator}>
        <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
          <ErrorBoundary>
            <Appearance translator={props.translator} />
            <Notifications position="bottom-right" limit={4} zIndex={500} />
            <UploadsProvider>
              <MessagesProvider>
                <Shell />
              </MessagesProvider>
            </UploadsProvider>
          </ErrorBoundary>
        </MantineProvider>
      </I18nextProvider>
    </ServicesProvider>
  )
}

/** Theme and language live in the core's settings, so that every window of one core looks the same. */
function Appearance({ translator }: { translator: i18n }): ReactNode {
  const { setColorScheme } = useMantineColorScheme()
  const theme = useAppState((state) => pictureOf(state)?.settings.theme)
  const language = useAppState((state) => pictureOf(state)?.settings.language)
  useEffect(() => {
    if (theme) setColorScheme(theme === 'system' ? 'auto' : theme)
  }, [theme, setColorScheme])
  useEffect(() => {
    const chosen = chooseLanguage(language ?? 'system', navigator.languages)
    document.documentElement.lang = chosen
    if (translator.language !== chosen) void translator.changeLanguage(chosen)
  }, [language, translator])
  return null
}
