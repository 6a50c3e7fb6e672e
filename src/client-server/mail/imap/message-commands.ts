import { Flags, type Mailbox } from '../mailbox/index.ts'
import { messageIdOf } from '../mime/index.ts'
import type { Recorder } from '../access/recorder.ts'
import { RECORDED_MESSAGES } from '../access/limits.ts'
import type { AppendCommand, FetchCommand, SearchCommand, StoreCommand, Target } from './command.ts'
import { Fetcher } from './fetch.ts'
import { MESSAGES_AT_ONCE } from './limits.ts'
import type { Output } from './output.ts'
import { bad, no, ok, type Outcome } from './responses.ts'
import { badSyntax } from './scanner.ts'
import { Searcher } from './search.ts'
import type { Selected } from './selected.ts'
import { formatSet, placesOfNumbers, placesOfUids } from './sequence-set.ts'

const READ_ONLY = no('[READ-ONLY] this folder was opened to look at')
const SOME_GONE = no('[EXPUNGEISSUED] some of the messages are no more')
const CHARSETS = ['US-ASCII', 'UTF-8']

/** Commands about the messages of a selected folder. */
export class MessageCommands {
  readonly #mailbox: Mailbox
  readonly #selected: Selected
  readonly #output: Output
  readonly #recorder: Recorder | undefined

  constructor(init: {
    mailbox: Mailbox
    selected: Selected
    output: Output
    recorder: Recorder | undefined
  }) {
    this.#mailbox = init.mailbox
    this.#selected = init.selected
    this.#output = init.output
    this.#recorder = init.recorder
  }

  async fetch({ target, items }: FetchCommand): Promise<Outcome> {
    const fetcher = new Fetcher(this.#selected, items, target.byUid)
    const places = this.#places(target)
    let missing = 0
    for (const batch of batches(places)) {
      const newlySeen = fetcher.markSeen(batch)
      for (const place of batch) {
        const answer = fetcher.answer(place, newlySeen.has(this.#selected.uids[place]!))
        if (!answer) missing++
        else {
          this.#output.answer(answer)
          if (fetcher.handsOut) this.#note(place)
        }
        if (this.#output.isFull) await this.#output.flush()
      }
      await othersTurn()
    }
    return missing > 0 ? SOME_GONE : ok('fetched')
  }

  async store({ target, change, isSilent, flags }: StoreCommand): Promise<Outcome> {
    if (this.#selected.isReadOnly) return READ_ONLY
    const named = Flags.of(settable(flags))
    const places = this.#places(target)
    const { folder } = this.#selected
    let missing = 0
    for (const batch of batches(places)) {
      const uids = batch.map((place) => this.#selected.uids[place]!)
      folder.setFlags(uids, change, named, this.#selected)
      for (const place of batch) {
        const entry = this.#selected.entry(place)
        if (!entry) missing++
        else if (!isSilent) {
          const uid = target.byUid ? `UID ${entry.uid} ` : ''
          this.#output.line(`* ${place + 1} FETCH (${uid}${this.#selected.flagsText(entry)})`)
        }
      }
      await this.#output.flush()
      await othersTurn()
    }
    return missing > 0 ? SOME_GONE : ok('stored')
  }

  async search({ byUid, charset, key }: SearchCommand): Promise<Outcome> {
    if (charset !== undefined && !CHARSETS.includes(charset.toUpperCase()))
      return no(`[BADCHARSET (${CHARSETS.join(' ')})] that charset is not known here`)
    const searcher = new Searcher(this.#selected, key)
    const found: number[] = []
    // The folder may not change its numbers meanwhile: others only add to what is to be told later.
    const count = this.#selected.uids.length
    for (let place = 0; place < count; place++) {
      if (searcher.matches(place)) found.push(byUid ? this.#selected.uids[place]! : place + 1)
      if (searcher.readsMessages && place % MESSAGES_AT_ONCE === MESSAGES_AT_ONCE - 1) await othersTurn()
    }
    this.#output.line(`* SEARCH${found.map((number) => ` ${number}`).join('')}`)
    return ok('searched')
  }

  copy(target: Target, to: string): Outcome {
    const folder = this.#mailbox.folder(to)
    if (!folder) return no('[TRYCREATE] there is no such folder')
    const uids = this.#uids(target)
    if (uids === 'some-gone') return SOME_GONE
    const copied = this.#mailbox.copy(this.#selected.folder, uids, folder)
    if (copied.from.length === 0) return ok('nothing to copy')
    return ok(`[COPYUID ${folder.uidValidity} ${formatSet(copied.from)} ${formatSet(copied.to)}] copied`)
  }

  move(target: Target, to: string): Outcome {
    if (this.#selected.isReadOnly) return READ_ONLY
    const folder = this.#mailbox.folder(to)
    if (!folder) return no('[TRYCREATE] there is no such folder')
    const uids = this.#uids(target)
    if (uids === 'some-gone') return SOME_GONE
    const moved = this.#mailbox.move(this.#selected.folder, uids, folder)
    if (moved.from.length === 0) return ok('nothing to move')
    // Before the numbers go (RFC 6851 §4.3).
    this.#output.line(
      `* OK [COPYUID ${folder.uidValidity} ${formatSet(moved.from)} ${formatSet(moved.to)}] moved`,
    )
    return ok('moved')
  }

  /** Removes what is marked as deleted, of all or of these UIDs (RFC 4315). */
  expunge(target: Target | undefined): Outcome {
    if (this.#selected.isReadOnly) return READ_ONLY
    const among = target && new Set(placesOfUids(target.set, this.#selected.uids))
    const { uids } = this.#selected
    const doomed = uids.filter(
      (_, place) => this.#selected.entry(place)?.flags.has('\\Deleted') && (among?.has(place) ?? true),
    )
    this.#mailbox.expunge(this.#selected.folder, doomed)
    return ok('expunged')
  }

  /** Places of the messages a command names. Throws `protocol-violation` for numbers nobody has. */
  #places({ set, byUid }: Target): number[] {
    const { uids } = this.#selected
    const places = byUid ? placesOfUids(set, uids) : placesOfNumbers(set, uids.length)
    if (!places) throw badSyntax('no such message')
    return places
  }

  #uids(target: Target): number[] | 'some-gone' {
    const places = this.#places(target)
    if (places.some((place) => !this.#selected.entry(place))) return 'some-gone'
    return places.map((place) => this.#selected.uids[place]!)
  }

  #note(place: number): void {
    if (!this.#recorder || this.#recorder.messages >= RECORDED_MESSAGES) return
    const entry = this.#selected.entry(place)
    const head = entry && this.#selected.folder.head(entry)
    if (head) this.#recorder.about(messageIdOf(head))
  }
}

/** APPEND: needs no selected folder. */
export function append(
  mailbox: Mailbox,
  { name, flags, date, message }: AppendCommand,
  wallNow: number,
): Outcome {
  const folder = mailbox.folder(name)
  if (!folder) return no('[TRYCREATE] there is no such folder')
  if (message.length === 0) return bad('an empty message is none')
  if (message.includes(0)) return no('[CANNOT] NUL is in no message')
  const uid = folder.append(withCrLf(message), {
    receivedAt: date ?? wallNow,
    flags: Flags.of(settable(flags)),
  })
  return ok(`[APPENDUID ${folder.uidValidity} ${uid}] kept`)
}

/** `\Recent` is the server's alone to say; clients that copy flags send it along. */
function settable(flags: readonly string[]): string[] {
  return flags.filter((flag) => flag.toLowerCase() !== '\\recent')
}

/** Lines end in CRLF everywhere in here; some programs put in messages with LF alone. */
function withCrLf(message: Uint8Array): Uint8Array {
  const text = Buffer.from(message.buffer, message.byteOffset, message.length).toString('latin1')
  return /(^|[^\r])\n/.test(text) ? Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1') : message
}

function* batches(places: readonly number[]): Generator<readonly number[]> {
  for (let i = 0; i < places.length; i += MESSAGES_AT_ONCE) yield places.slice(i, i + MESSAGES_AT_ONCE)
}

/** A long command must not keep everybody else waiting. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
