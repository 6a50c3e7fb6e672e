import type { Clock, Logger } from '../../../base/index.ts'
import type { Mailbox } from '../mailbox/index.ts'
import type { Accounts, Dialogues, TlsIdentity } from '../types.ts'
import { isSameMachine } from './login.ts'
import { Recorder } from './recorder.ts'
import type { Wire } from './wire.ts'

/** What a server that hands out mailboxes is given. */
export interface MailAccessInit {
  readonly clock: Clock
  readonly log: Logger
  readonly accounts: Accounts
  readonly mailbox: (account: string) => Mailbox | undefined
  /** The host's name, for greetings. */
  readonly host: string
  readonly tls?: TlsIdentity | undefined
  readonly dialogues?: Dialogues | undefined
  /** Whether an address is this machine's own, where passwords may pass in plain. */
  readonly isLocal?: ((remote: string, local: string | undefined) => boolean) | undefined
  readonly maxConnectionsPerAddress?: number | undefined
}

/** What depends on the connection. */
export function accessOf(
  { clock, dialogues, isLocal = isSameMachine }: MailAccessInit,
  wire: Wire,
  protocol: 'pop3' | 'imap',
): { isPrivate: () => boolean; recorder: Recorder | undefined } {
  const other = wire.remoteAddress
  const recorder = dialogues && new Recorder({ protocol, other, clock, dialogues })
  return { isPrivate: () => wire.isEncrypted || isLocal(other, wire.localAddress), recorder }
}
