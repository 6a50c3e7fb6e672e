import type { MailDialogue } from '../../../../src/contract/index.ts'
import type { SequenceActor, SequenceMessage } from '../../ui/sequence-diagram.tsx'

/** Words the picture needs, in the language on screen. */
export interface WayWords {
  readonly push: string
  readonly pull: string
  readonly cutHere: string
  readonly endOfSmtp: string
  readonly inQueue: string
  readonly thisServer: string
  readonly theirServer: string
  readonly otherServer: string
  readonly userAgent: string
  readonly thisLaptop: string
  readonly time: (at: number) => string
}

export interface Way {
  readonly actors: readonly SequenceActor[]
  readonly messages: readonly SequenceMessage[]
}

/** Lines of one session in the picture; the table of a long one would help nobody. */
const MAX_LINES = 60
const SELF = 'self'
const READER = 'reader'

/** The sessions of one message as one picture: from its writer's program over the servers to its reader's program. */
export function wayOf(dialogues: readonly MailDialogue[], words: WayWords): Way {
  const actors = new Map<string, SequenceActor>()
  const messages: SequenceMessage[] = []
  const ordered = dialogues.toSorted((a, b) => a.startedAt - b.startedAt)
  for (const [i, dialogue] of ordered.entries()) {
    const { client, server } = endsOf(dialogue, words)
    for (const actor of [client, server]) if (!actors.has(actor.id)) actors.set(actor.id, actor)
    messages.push(...linesOf(dialogue, client.id, server.id, words))
    const end = noteAfter(dialogue, ordered[i + 1], words)
    if (end !== undefined) messages.push({ from: SELF, to: SELF, text: end, tone: 'note' })
  }
  const detail = pulledBy(ordered)
  return {
    actors: [...actors.values()].map((actor) => (actor.id === READER ? { ...actor, detail } : actor)),
    messages,
  }
}

/** Commands of SMTP that were said for the message, in capitals. */
export function smtpWords(dialogues: readonly MailDialogue[]): ReadonlySet<string> {
  const said = new Set<string>()
  for (const { protocol, lines } of dialogues) {
    if (protocol !== 'smtp') continue
    for (const { from, text } of lines) {
      const word = /^[A-Za-z]{4}/.exec(text)?.[0].toUpperCase()
      if (from === 'client' && word !== undefined) said.add(word === 'EHLO' ? 'HELO' : word)
    }
  }
  return said
}

export function isPush({ protocol }: MailDialogue): boolean {
  return protocol === 'smtp'
}

function endsOf(dialogue: MailDialogue, words: WayWords): { client: SequenceActor; server: SequenceActor } {
  const { protocol, self, other } = dialogue
  const here: SequenceActor = { id: SELF, name: words.thisServer, detail: words.thisLaptop }
  if (self === 'client')
    return { client: here, server: { id: `server ${other}`, name: words.theirServer, detail: other } }
  // Whatever pulls is a mail reader: one line for all of them, told apart by what they speak.
  if (protocol !== 'smtp') return { client: { id: READER, name: words.userAgent, detail: '' }, server: here }
  const isProgram = dialogue.lines.some(({ from, text }) => from === 'client' && /^AUTH\b/i.test(text))
  const name = isProgram ? words.userAgent : words.otherServer
  return { client: { id: `client ${other}`, name, detail: other }, server: here }
}

/** Names of the protocols a message was pulled by. */
function pulledBy(dialogues: readonly MailDialogue[]): string {
  const names = dialogues
    .filter((dialogue) => !isPush(dialogue))
    .map(({ protocol }) => protocol.toUpperCase())
  return [...new Set(names)].join(', ')
}

function linesOf(dialogue: MailDialogue, client: string, server: string, words: WayWords): SequenceMessage[] {
  const label = isPush(dialogue) ? words.push : words.pull
  const shown = dialogue.lines.slice(0, MAX_LINES)
  const messages = shown.map(({ at, from, text }): SequenceMessage => ({
    from: from === 'client' ? client : server,
    to: from === 'client' ? server : client,
    text: `${label} · ${text}`,
    tone: from === 'client' ? 'request' : isRefusal(dialogue, text) ? 'problem' : 'response',
    time: words.time(at),
  }))
  if (dialogue.isCut || dialogue.lines.length > MAX_LINES)
    messages.push({ from: server, to: server, text: words.cutHere, tone: 'note' })
  return messages
}

function isRefusal({ protocol }: MailDialogue, text: string): boolean {
  if (protocol === 'smtp') return /^[45]\d\d/.test(text)
  if (protocol === 'pop3') return text.startsWith('-ERR')
  if (protocol === 'imap') return /^\S+ (NO|BAD) /.test(text)
  return /^HTTP\/1\.\d [45]/.test(text)
}

/** What happens between this session and the next. */
function noteAfter(
  dialogue: MailDialogue,
  next: MailDialogue | undefined,
  words: WayWords,
): string | undefined {
  if (dialogue.protocol !== 'smtp' || dialogue.self !== 'server') return undefined
  const isPassedOn = next?.protocol === 'smtp' && next.self === 'client'
  return isPassedOn ? words.inQueue : words.endOfSmtp
}
