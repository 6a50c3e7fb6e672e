import type { Clock } from '../../../src/base/clock.ts'
import { ShoalError } from '../../../src/base/errors.ts'
import type { MailDialogue, MailView, QueuedMail, ShownMail } from '../../../src/contract/index.ts'
import type { CoreClient } from '../core/client.ts'

type MailClient = CoreClient['mail']
interface Kept {
  readonly account: string
  readonly folder: string
  readonly mail: ShownMail
}

const HOST = 'hana.shoal.internal'
const EVENING = Date.UTC(2026, 10, 21, 9, 0)
const MINUTE = 60_000
const MIN = { name: 'Minji', address: 'minji@minji.shoal.internal' }
const ME = { name: 'Hana', address: `hana@${HOST}` }

/** Accounts, a mailbox and a queue that exist only in this page. */
export class FakeMail {
  readonly client: MailClient
  readonly #clock: Clock
  readonly #listeners = new Set<() => void>()
  readonly #lively: boolean
  #accounts: { name: string; address: string; createdAt: number }[] = []
  #kept: Kept[] = []
  #queue: QueuedMail[] = []
  #profile: MailView['profile'] = 'normal'
  #uid = 0

  constructor(options: { clock: Clock; lively: boolean }) {
    this.#clock = options.clock
    this.#lively = options.lively
    if (options.lively) this.#fill()
    this.client = this.#createClient()
  }

  #fill(): void {
    this.#accounts = [
      { name: 'hana', address: ME.address, createdAt: EVENING },
      { name: 'club', address: `club@${HOST}`, createdAt: EVENING },
    ]
    this.#keep('INBOX', {
      subject: 'Slides for tomorrow',
      text: 'They are ready. Could you look over page 12?\n\nMinji',
      attachments: [
        {
          name: 'slides for tomorrow, the last version but one.pdf',
          type: 'application/pdf',
          size: 2_400_000,
        },
        { name: 'notes.txt', type: 'text/plain', size: 900 },
      ],
    })
    this.#keep('INBOX', {
      subject: '동아리 모임 안내',
      from: [{ name: '동아리', address: 'club@club.shoal.internal' }],
      text: '금요일 저녁 7시, 학생회관 305호입니다.',
      html: '<h1 style="color:#0f6aa3">금요일 저녁 7시</h1><p>학생회관 <b>305호</b>. <a href="https://tracker.test/x">지도</a></p><img src="https://tracker.test/pixel.png" alt="바깥 그림">',
      attachments: [{ name: '포스터.pdf', type: 'application/pdf', size: 1_240_000 }],
    })
    this.#keep('INBOX', {
      subject: 'Undelivered: Field trip',
      from: [{ name: 'Mail server', address: `postmaster@${HOST}` }],
      text: 'Your message could not be delivered to nobody@minji.shoal.internal:\n550 5.1.1 No such mailbox',
    })
    this.#keep('Sent', {
      subject: 'Re: Slides for tomorrow',
      from: [ME],
      to: [MIN],
      text: 'Yes, tonight.',
      flags: ['\\Seen'],
    })
    this.#queue = [this.#waiting(), this.#taken()]
  }

  #waiting(): QueuedMail {
    const asleep = { attempts: 3, isActive: false, server: '', state: 'waiting' as const }
    return {
      id: 7,
      messageId: '<q7@hana>',
      from: ME.address,
      subject: 'For when you wake up',
      size: 2_310,
      queuedAt: EVENING + 40 * MINUTE,
      finishedAt: null,
      recipients: [
        {
          ...asleep,
          address: 'jun@jun.shoal.internal',
          nextAt: this.#clock.wallNow() + 23 * MINUTE,
          reason: 'connect to jun.shoal.internal: nobody answers',
        },
        {
          address: MIN.address,
          state: 'delivered',
          isActive: false,
          attempts: 1,
          nextAt: 0,
          reason: '250 2.0.0 kept',
          server: 'minji.shoal.internal',
        },
      ],
    }
  }

  #taken(): QueuedMail {
    return {
      id: 6,
      messageId: '<m4@hana>',
      from: ME.address,
      subject: 'Re: Slides for tomorrow',
      size: 1_120,
      queuedAt: EVENING + 12 * MINUTE,
      finishedAt: EVENING + 12 * MINUTE,
      recipients: [
        {
          address: MIN.address,
          state: 'delivered',
          isActive: false,
          attempts: 1,
          nextAt: 0,
          reason: '250 2.0.0 kept',
          server: 'minji.shoal.internal',
        },
      ],
    }
  }

  #keep(folder: string, change: Partial<ShownMail>): void {
    const uid = ++this.#uid
    const receivedAt = EVENING + uid * 4 * MINUTE
    const mail: ShownMail = {
      uid,
      messageId: `<m${uid}@hana>`,
      from: [MIN],
      to: [ME],
      cc: [],
      subject: '',
      receivedAt,
      size: 1_800,
      flags: [],
      attachments: [],
      isCut: false,
      head: [],
      source: `From: Minji <${MIN.address}>\r\nTo: ${ME.address}\r\nSubject: ${change.subject ?? ''}\r\n\r\n${change.text ?? ''}\r\n`,
      isSourceCut: false,
      ...change,
    }
    this.#kept = [...this.#kept, { account: 'hana', folder, mail }]
  }

  #view(): MailView {
    const accounts = this.#accounts.map((account) => {
      const inbox = this.#in(account.name, 'INBOX')
      return {
        ...account,
        shownAddress: account.address,
        messages: inbox.length,
        unseen: inbox.filter(({ flags }) => flags.length === 0).length,
      }
    })
    return { host: HOST, shownHost: HOST, accounts, profile: this.#profile, queue: this.#queue }
  }

  #in(account: string, folder: string): ShownMail[] {
    return this.#kept
      .filter((each) => each.account === account && each.folder === folder)
      .map(({ mail }) => mail)
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener()
  }

  async *#follow(signal: AbortSignal | undefined): AsyncGenerator<MailView, void, void> {
    while (!signal?.aborted) {
      yield this.#view()
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

  #read(account: string, folder: string, uid: number): ShownMail {
    const kept = this.#in(account, folder).find((mail) => mail.uid === uid)
    if (!kept) throw new ShoalError('not-found', 'there is no such message')
    const seen = { ...kept, flags: ['\\Seen'] }
    this.#kept = this.#kept.map((each) => (each.mail === kept ? { ...each, mail: seen } : each))
    if (kept.flags.length === 0) this.#changed()
    return seen
  }

  #createClient(): MailClient {
    const client: { [K in keyof MailClient]: (input: never, options?: { signal?: AbortSignal }) => unknown } =
      {
        watch: async (_input, options) => this.#follow(options?.signal),
        accounts: async () => this.#view().accounts,
        addAccount: async ({ name }: { name: string }) => {
          const account = { name, address: `${name}@${HOST}`, createdAt: this.#clock.wallNow() }
          this.#accounts = [...this.#accounts, account]
          this.#changed()
          return { ...account, password: 'korf-malu-92-tide' }
        },
        send: async ({ to, subject, text }: { to: string[]; subject: string; text: string }) => {
          const addresses = to.map((address) => ({ address }))
          this.#keep('Sent', { from: [ME], to: addresses, subject, text, flags: ['\\Seen'] })
          this.#changed()
          return { queueId: 8, messageId: '<q8@hana>' }
        },
        list: async ({ account, folder }: { account: string; folder: string }) => {
          const mails = this.#in(account, folder)
          const unseen = mails.filter(({ flags }) => flags.length === 0).length
          return {
            folder,
            uidValidity: 1,
            total: mails.length,
            unseen,
            messages: mails.toReversed(),
            before: null,
          }
        },
        read: async ({ account, folder, uid }: { account: string; folder: string; uid: number }) =>
          this.#read(account, folder, uid),
        handOut: async () => ({ url: '/icon.svg', name: 'plan.txt' }),
        save: async () => ({ path: '/home/hana/Downloads/Shoal/plan.txt' }),
        dialogues: async () => (this.#lively ? DIALOGUES : []),
        queued: async () => ({ ...this.#queue[0]!, steps: [] }),
        remove: async ({ account, folder, uid }: { account: string; folder: string; uid: number }) => {
          const isIt = (each: Kept): boolean =>
            each.account === account && each.folder === folder && each.mail.uid === uid
          this.#kept = this.#kept.flatMap((each) =>
            isIt(each) ? (folder === 'Trash' ? [] : [{ ...each, folder: 'Trash' }]) : [each],
          )
          this.#changed()
        },
        retry: async () => {},
        drop: async ({ id }: { id: number }) => {
          this.#queue = this.#queue.filter((message) => message.id !== id)
          this.#changed()
        },
        setProfile: async ({ profile }: { profile: MailView['profile'] }) => {
          this.#profile = profile
          this.#changed()
        },
      }
    return client as never
  }
}

type Said = readonly [from: 'client' | 'server', text: string]

function dialogue(minute: number, change: Partial<MailDialogue>, said: readonly Said[]): MailDialogue {
  const startedAt = EVENING + minute * MINUTE
  const lines = said.map(([from, text], i) => ({ at: startedAt + i * 20, from, text }))
  return {
    protocol: 'smtp',
    self: 'server',
    other: 'minji.shoal.internal',
    startedAt,
    isCut: false,
    messageIds: [],
    lines,
    ...change,
  }
}

const DIALOGUES: MailDialogue[] = [
  dialogue(4, {}, [
    ['server', '220 hana.shoal.internal ESMTP Shoal'],
    ['client', 'EHLO minji.shoal.internal'],
    ['server', '250-hana.shoal.internal'],
    ['server', '250 SIZE 26214400'],
    ['client', `MAIL FROM:<${MIN.address}>`],
    ['server', '250 2.1.0 ok'],
    ['client', `RCPT TO:<${ME.address}>`],
    ['server', '250 2.1.5 ok'],
    ['client', 'DATA'],
    ['server', '354 go on'],
    ['client', '(1800 bytes of the message)'],
    ['client', '.'],
    ['server', '250 2.0.0 kept'],
    ['client', 'QUIT'],
    ['server', '221 2.0.0 bye'],
  ]),
  dialogue(9, { protocol: 'pop3', other: '127.0.0.1' }, [
    ['server', '+OK hana.shoal.internal Shoal POP3 ready'],
    ['client', 'USER hana'],
    ['server', '+OK'],
    ['client', 'PASS (password)'],
    ['server', '+OK 1 messages'],
    ['client', 'RETR 1'],
    ['server', '+OK 1800 octets'],
    ['server', '(1800 bytes of the message)'],
  ]),
  dialogue(11, { protocol: 'http', other: 'Shoal/0.1.0' }, [
    ['client', 'GET /mail/v1/messages/1 HTTP/1.1'],
    ['server', 'HTTP/1.1 200 OK'],
    ['server', '(2140 bytes)'],
  ]),
]
