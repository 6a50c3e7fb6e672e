import { SYSTEM_FLAGS, type Entry, type Folder } from '../mailbox/index.ts'

/**
 * A folder as one session sees it: numbers from 1, which change only when the session is told. What befalls the folder
 * meanwhile waits for the next moment it may be said (RFC 3501 §5.5, §7.4.1).
 */
export class Selected {
  readonly folder: Folder
  readonly isReadOnly: boolean
  readonly #uids: number[]
  readonly #recent = new Set<number>()
  readonly #stopListening: (() => void)[]
  readonly #flagged = new Set<number>()
  readonly #expunged = new Set<number>()
  #added: number[] = []
  #isGone = false

  /** `onNews` is called whenever there is something to tell. */
  constructor(folder: Folder, isReadOnly: boolean, onNews: () => void) {
    this.folder = folder
    this.isReadOnly = isReadOnly
    this.#uids = [...folder.entries.keys()]
    this.#claimRecent(this.#uids)
    this.#stopListening = [
      folder.events.on('added', ({ uids }) => {
        this.#added.push(...uids)
        onNews()
      }),
      folder.events.on('flagged', ({ uids, by }) => {
        if (by === this) return
        for (const uid of uids) this.#flagged.add(uid)
        onNews()
      }),
      folder.events.on('expunged', ({ uids }) => {
        for (const uid of uids) this.#expunged.add(uid)
        onNews()
      }),
      folder.events.on('gone', () => {
        this.#isGone = true
        onNews()
      }),
    ]
  }

  /** UIDs by place: the message with number 1 is at 0. */
  get uids(): readonly number[] {
    return this.#uids
  }

  get recentCount(): number {
    return this.#recent.size
  }

  /** Another session deleted the folder, or gave it another name. */
  get isGone(): boolean {
    return this.#isGone
  }

  close(): void {
    for (const stop of this.#stopListening) stop()
  }

  /** The message at a place; undefined when another session expunged it and this one was not told yet. */
  entry(place: number): Entry | undefined {
    return this.folder.entries.get(this.#uids[place]!)
  }

  isRecent(uid: number): boolean {
    return this.#recent.has(uid)
  }

  /** A message's flags as this session sees them, in brackets. */
  flagsText({ uid, flags }: Entry): string {
    return `FLAGS (${[...flags.names, ...(this.isRecent(uid) ? ['\\Recent'] : [])].join(' ')})`
  }

  /** Number (from 1) of the first unread message. */
  get firstUnseen(): number | undefined {
    const place = this.#uids.findIndex((_, i) => this.entry(i)?.flags.has('\\Seen') === false)
    return place < 0 ? undefined : place + 1
  }

  /** Every flag a message here has or may have. */
  get flagNames(): readonly string[] {
    return [...SYSTEM_FLAGS, ...this.folder.keywords]
  }

  /** What there is to tell, without the stars; numbers of messages change only with `mayExpunge`. */
  news(mayExpunge: boolean): string[] {
    const expunged = mayExpunge ? this.#expungeLines() : []
    // Who never heard of a message need not hear of its end.
    const added = this.#added.filter((uid) => !this.#expunged.delete(uid))
    this.#added = []
    for (const uid of added) this.#uids.push(uid)
    if (added.length > 0) this.#claimRecent(added)
    const counts = added.length > 0 ? [`${this.#uids.length} EXISTS`, `${this.#recent.size} RECENT`] : []
    return [...expunged, ...counts, ...this.#flagLines()]
  }

  #expungeLines(): string[] {
    if (this.#expunged.size === 0) return []
    const gone: number[] = []
    for (const [place, uid] of this.#uids.entries()) {
      if (!this.#expunged.delete(uid)) continue
      this.#recent.delete(uid)
      gone.push(place)
    }
    const isGone = new Set(gone)
    const kept = this.#uids.filter((_, place) => !isGone.has(place))
    this.#uids.length = 0
    for (const uid of kept) this.#uids.push(uid)
    // From the back: the numbers before stay as they are.
    return gone.toReversed().map((place) => `${place + 1} EXPUNGE`)
  }

  #flagLines(): string[] {
    if (this.#flagged.size === 0) return []
    const lines: string[] = []
    for (const [place, uid] of this.#uids.entries()) {
      if (!this.#flagged.has(uid)) continue
      const entry = this.entry(place)
      if (entry) lines.push(`${place + 1} FETCH (UID ${uid} ${this.flagsText(entry)})`)
    }
    this.#flagged.clear()
    return lines
  }

  #claimRecent(uids: readonly number[]): void {
    const first = this.isReadOnly ? this.folder.recent : this.folder.claimRecent()
    for (const uid of uids) if (uid >= first) this.#recent.add(uid)
  }
}
