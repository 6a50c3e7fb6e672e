import { Menu, nativeImage, Tray } from 'electron'
import type { Texts } from './texts.ts'

/** A place to find Shoal again while it works without a window. Some Linux desktops have none: then there is none. */
export function createTray(
  icon: string,
  texts: Texts,
  actions: { open: () => void; quit: () => void },
): Tray | undefined {
  try {
    const tray = new Tray(nativeImage.createFromPath(icon))
    tray.setToolTip('Shoal')
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: texts.open, click: actions.open },
        { type: 'separator' },
        { label: texts.quit, click: actions.quit },
      ]),
    )
    tray.on('click', actions.open)
    return tray
  } catch {
    return undefined
  }
}
