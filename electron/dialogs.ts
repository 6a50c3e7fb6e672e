import { dialog, type BrowserWindow } from 'electron'
import type { Texts } from './texts.ts'

/** Paths a person chose, or none. */
export async function pick(
  window: BrowserWindow | undefined,
  what: 'file' | 'folder',
  texts: Texts,
): Promise<string[]> {
  const options = {
    title: what === 'file' ? texts.pickFile : texts.pickFolder,
    properties: [
      what === 'file' ? ('openFile' as const) : ('openDirectory' as const),
      'multiSelections' as const,
    ],
  }
  const chosen = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options)
  return chosen.canceled ? [] : chosen.filePaths
}

export type WhileTransferring = 'quit' | 'keep-running' | 'cancel'

const ANSWERS: readonly WhileTransferring[] = ['keep-running', 'quit', 'cancel']

/** Asks what to do when the app should end in the middle of a transfer. */
export async function askWhileTransferring(
  window: BrowserWindow | undefined,
  texts: Texts,
): Promise<WhileTransferring> {
  const options = {
    type: 'question' as const,
    message: texts.transferring,
    detail: texts.transferringDetail,
    buttons: [texts.keepRunning, texts.quitAnyway, texts.cancel],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  }
  const { response } = window
    ? await dialog.showMessageBox(window, options)
    : await dialog.showMessageBox(options)
  return ANSWERS[response] ?? 'cancel'
}
