// The page over a made-up core, for working on its look: `demo.html?scenario=alone&theme=dark&language=ko`.
import { createRoot } from 'react-dom/client'
import { systemClock } from '../../../src/base/clock.ts'
import { seededRandom } from '../../../src/base/random.ts'
import { settingsSchema } from '../../../src/contract/index.ts'
import { App } from '../app.tsx'
import { browserPlatform } from '../core/browser-platform.ts'
import { AppStore } from '../core/store.ts'
import { watchCore } from '../core/watch.ts'
import { chooseLanguage, createTranslator } from '../i18n/index.ts'
import { FakeCore } from './fake-core.ts'

const query = new URLSearchParams(location.search)
const core = new FakeCore({
  clock: systemClock,
  random: seededRandom(7),
  scenario: query.get('scenario') === 'alone' ? 'alone' : 'lively',
  settings: {
    theme: settingsSchema.shape.theme.catch('system').parse(query.get('theme')),
    language: settingsSchema.shape.language.catch('system').parse(query.get('language')),
  },
})
const store = new AppStore()
void watchCore(core.client, store, systemClock, new AbortController().signal)
// Screenshots and tests reach in: `shoalDemo.core.push(…)`, `shoalDemo.store.lose()`.
Object.assign(window, { shoalDemo: { core, store } })
createRoot(document.getElementById('root')!).render(
  <App
    services={{ client: core.client, store, platform: browserPlatform('demo') }}
    translator={createTranslator(chooseLanguage('system', navigator.languages))}
  />,
)
