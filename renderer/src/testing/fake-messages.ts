import type { Clock } from '../../../src/base/clock.ts'
import { ShoalError } from '../../../src/base/errors.ts'
import type {
  DirectMessage,
  IdentityWords,
  MessagesOverview,
  Offer,
  OfferRound,
  OfferState,
  OfferTile,
  Person,
} from '../../../src/contract/index.ts'
import type { CoreClient } from '../core/client.ts'
import { fakeCid, fakeLink, fakePeerId, PEOPLE } from './fake-people.ts'

type Messages = CoreClient['messages']

const WORDS: IdentityWords = {
  en: ['fantasy', 'awful', 'script', 'provide', 'when', 'tool'],
  ko: ['복사', '공기', '조명', '일종', '화살', '특급'],
}
const MINE: IdentityWords = {
  en: ['give', 'harbor', 'jealous', 'play', 'army', 'comic'],
  ko: ['사람', '수필', '연구', '인천', '거실', '동전'],
}

const DELIVERED = { is: 'delivered' } as const
const EVENING = Date.UTC(2026, 10, 21, 9, 0)
const MINUTE = 60_000

function offer(seed: number, name: string, size: number, state: OfferState): Offer {
  const kind = /\.\w+$/.test(name) ? 'file' : 'folder'
  return {
    cid: fakeCid(seed),
    link: fakeLink(seed, name, size),
    name,
    title: null,
    kind,
    size,
    files: 12,
    state,
  }
}

/** People, conversations and a round of offers that exist only in this page. */
export class FakeMessages {
  readonly client: Messages
  readonly #clock: Clock
  readonly #name: () => string
  readonly #listeners = new Set<() => void>()
  #people: Person[] = []
  #messages: DirectMessage[] = []
  #rounds: OfferRound[] = []
  #seq = 0

  constructor(options: { clock: Clock; name: () => string; lively: boolean }) {
    this.#clock = options.clock
    this.#name = options.name
    if (options.lively) this.#fill()
    this.client = this.#createClient()
  }

  #fill(): void {
    this.#people = Array.from({ length: 6 }, (_, i) => ({
      peerId: fakePeerId(i),
      name: PEOPLE[i]!,
      here: i !== 5,
      words: WORDS,
      verified: i === 1,
      blocked: i === 4,
      unread: i === 0 ? 2 : 0,
      last: null,
    }))
    const say = (i: number, text: string, change: Partial<DirectMessage> = {}): void => {
      this.#add({ peerId: fakePeerId(i), text, at: EVENING + this.#seq * 3 * MINUTE, ...change })
    }
    say(1, '어제 실습 자료 있어?')
    say(1, '여기 있어. 소켓 부분만 보면 돼.', {
      mine: true,
      offer: offer(13, '소켓 프로그래밍 실습', 38e6, { is: 'getting', held: 23e6 }),
    })
    const problem = { code: 'peer-unreachable', message: 'nobody answers', data: {} } as const
    say(5, 'Are you still in the library?', { mine: true, delivery: { is: 'undeliverable', problem } })
    say(0, 'Slides for tomorrow are ready, can somebody look over them?')
    say(0, 'Sure, send them over.\nI have an hour now.', { mine: true })
    say(0, 'Here. Page 12 is the new part.', {
      offer: offer(21, 'slides-week-12.pdf', 8.4e6, { is: 'open' }),
    })
    say(0, 'And the recordings, if you want them.', {
      offer: offer(22, 'Lecture recordings', 4.7e9, { is: 'getting', held: 2.9e9 }),
    })
    this.#rounds = [this.#round()]
  }

  #round(): OfferRound {
    const failed = { code: 'disk-full', message: '', data: {} } as const
    const away = { code: 'peer-unreachable', message: '', data: {} } as const
    const states: readonly OfferState[] = [
      { is: 'done' },
      { is: 'getting', held: 1.4e9 },
      { is: 'accepted' },
      { is: 'open' },
      { is: 'declined' },
      { is: 'failed', problem: failed },
      { is: 'done' },
    ]
    const tiles = states.map((state, i): OfferTile => ({
      ...{ peerId: fakePeerId(i), name: PEOPLE[i]!, here: i !== 5, delivery: DELIVERED, state },
    }))
    const lost = { is: 'undeliverable', problem: away } as const
    tiles.push({ peerId: fakePeerId(7), name: PEOPLE[7], here: false, delivery: lost, state: { is: 'open' } })
    const cid = fakeCid(15)
    return {
      id: 'r1',
      at: EVENING,
      cid,
      name: 'Field trip photos',
      kind: 'folder',
      size: 1.9e9,
      everyone: true,
      tiles,
    }
  }

  #add(change: Partial<DirectMessage> & { peerId: string; text: string }): DirectMessage {
    const seq = ++this.#seq
    const base = {
      id: `m${seq}`,
      seq,
      mine: false,
      at: this.#clock.wallNow(),
      delivery: DELIVERED,
      offer: null,
    }
    const message: DirectMessage = { ...base, ...change }
    this.#messages = [...this.#messages, message]
    const { at, mine, text, offer: offered } = message
    this.#changePerson(message.peerId, { last: { at, mine, text, offer: offered?.name ?? null } })
    return message
  }

  #changePerson(peerId: string, change: Partial<Person>): void {
    this.#people = this.#people.map((person) =>
      person.peerId === peerId ? { ...person, ...change } : person,
    )
    for (const listener of [...this.#listeners]) listener()
  }

  #changeOffer(peerId: string, id: string, state: OfferState): void {
    this.#messages = this.#messages.map((message) => {
      const isIt = message.peerId === peerId && message.id === id && message.offer !== null
      return isIt ? { ...message, offer: { ...message.offer!, state } } : message
    })
    this.#changePerson(peerId, {})
  }

  #overview(): MessagesOverview {
    return {
      me: { peerId: fakePeerId(99), name: this.#name(), words: MINE },
      people: this.#people,
      unread: this.#people.reduce((sum, { unread }) => sum + unread, 0),
      rounds: this.#rounds,
    }
  }

  async *#follow<T>(read: () => T, signal: AbortSignal | undefined): AsyncGenerator<T, void, void> {
    while (!signal?.aborted) {
      yield read()
      await new Promise<void>((resolve) => {
        const done = (): void => {
          this.#listeners.delete(done)
          resolve()
        }
        this.#listeners.add(done)
        signal?.addEventListener('abort', done, { once: true })
      })
    }
  }

  #send(peerId: string, text: string, offered: Offer | null = null): DirectMessage {
    const person = this.#people.find((each) => each.peerId === peerId)
    const problem = { code: 'peer-unreachable', message: 'nobody answers', data: {} } as const
    const delivery = person?.here ? DELIVERED : ({ is: 'undeliverable', problem } as const)
    return this.#add({ peerId, text, mine: true, delivery, offer: offered })
  }

  #createClient(): Messages {
    const own = offer(40, 'uploaded', 5e6, { is: 'open' })
    const client = {
      watch: async (_input, options) => this.#follow(() => this.#overview(), options?.signal) as never,
      conversation: async ({ peerId }, options) => {
        const read = () => this.#messages.filter((message) => message.peerId === peerId)
        const whole = () => ({ is: 'whole' as const, messages: read(), hasOlder: false })
        return this.#follow(whole, options?.signal) as never
      },
      older: async () => ({ messages: [], hasOlder: false }),
      send: async ({ peerId, text }) => this.#send(peerId, text),
      tell: async () => {
        throw new ShoalError('peer-unreachable', 'nobody of that name')
      },
      resend: async ({ peerId, id }) => {
        const known = this.#messages.find((message) => message.peerId === peerId && message.id === id)
        this.#messages = this.#messages.filter((message) => message !== known)
        return this.#send(peerId, known?.text ?? '', known?.offer ?? null)
      },
      offer: async ({ to, text }) => {
        if (to?.length === 1) this.#send(to[0]!, text ?? '', own)
        else this.#rounds = [{ ...this.#round(), id: `r${this.#seq++}`, name: own.name }, ...this.#rounds]
        this.#changePerson('', {})
        return { roundId: null }
      },
      offerAgain: async () => {},
      closeRound: async ({ roundId }) => {
        this.#rounds = this.#rounds.filter(({ id }) => id !== roundId)
        this.#changePerson('', {})
      },
      answer: async ({ peerId, id, accept }) => {
        this.#changeOffer(peerId, id, { is: accept ? 'accepted' : 'declined' })
      },
      markRead: async ({ peerId }) => this.#changePerson(peerId, { unread: 0 }),
      block: async ({ peerId, blocked }) => this.#changePerson(peerId, { blocked }),
      verify: async ({ peerId, verified }) => this.#changePerson(peerId, { verified }),
      forget: async ({ peerId }) => {
        this.#messages = this.#messages.filter((message) => message.peerId !== peerId)
        this.#changePerson(peerId, { last: null, unread: 0 })
      },
    } satisfies Messages
    return client
  }
}
