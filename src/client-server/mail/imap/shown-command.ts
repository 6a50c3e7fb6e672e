import type { Command } from './command.ts'
import type { Piece } from './scanner.ts'

/** A command as it is taken down: passwords, credentials and messages are named, not shown. */
export function shownCommand(tag: string, command: Command | undefined, pieces: readonly Piece[]): string {
  if (command?.is === 'login') return `${tag} LOGIN ${command.user} (password)`
  if (command?.is === 'authenticate')
    return `${tag} AUTHENTICATE ${command.mechanism}${command.initial === undefined ? '' : ' (credentials)'}`
  const text = pieces.map((piece) => (typeof piece === 'string' ? piece : `(${piece.length} bytes)`)).join('')
  // Not understood, it may still be a password.
  if (!command && /^\S+ +(login|authenticate)/i.test(text)) return `${tag} (not understood)`
  return text
}
