import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { startServices } from './core/start.ts'
import { chooseLanguage, createTranslator } from './i18n/index.ts'

const services = startServices(window)
const translator = createTranslator(chooseLanguage('system', navigator.languages))
createRoot(document.getElementById('root')!).render(<App services={services} translator={translator} />)
