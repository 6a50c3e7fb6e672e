import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import type { Texts } from './texts.ts'

/** The few things the page cannot offer itself. Without an Edit menu macOS has no copy and paste. */
export function setMenu(texts: Texts): void {
  const mac = process.platform === 'darwin'
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ]
  if (!app.isPackaged) view.push({ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' })
  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [{ role: 'appMenu' as const }] : []),
    { label: texts.file, submenu: [mac ? { role: 'close' } : { role: 'quit', label: texts.quit }] },
    { role: 'editMenu', label: texts.edit },
    { label: texts.view, submenu: view },
    { role: 'windowMenu', label: texts.window },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
