/**
 * For tests: a mail server to be killed. `node test-kill-child.ts HOST FOLDER PORT OTHER_HOST OTHER_PORT`; takes one command a line: `send N` (a
 * numbered message to the other side; answered once it is on the disk), `count` (numbers in the mailbox, as they lie there).
 */
import { createInterface } from 'node:readline'
import { silentLogger, systemClock, systemRandom } from '../../base/index.ts'
import { MailHouse } from './mail-house.ts'
import type { MailResolver } from './queue/index.ts'

const [host = '', folder = '', port = '', otherHost = '', otherPort = ''] = process.argv.slice(2)

const resolver: MailResolver = {
  resolveMx: async () => ({ is: 'found', records: [{ preference: 0, exchange: otherHost }] }),
  resolveSrv: async () => ({
    is: 'found',
    records: [{ priority: 0, weight: 0, port: Number(otherPort), target: otherHost }],
  }),
  resolveAddress: async () => ({ is: 'found', records: ['127.0.0.1'] }),
}
const house = await MailHouse.open(
  { clock: systemClock, random: systemRandom, log: silentLogger },
  {
    folder,
    hostName: () => host,
    resolver,
    profile: { firstRetryMs: 50, longestRetryMs: 200, warnAfterMs: 3_600_000, expireAfterMs: 7_200_000 },
  },
)
if (!house.accounts.get('user')) await house.accounts.add('user')
const server = house.smtpServer({ hosts: ['127.0.0.1'], port: Number(port) })
await server.start()
await house.start()
const print = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`)
print({ ready: true })

async function send(number: number): Promise<void> {
  const message = `From: user@${host}\r\nSubject: ${number}\r\nMessage-ID: <${number}@${host}>\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\n\r\nNumber ${number}\r\n`
  const account = house.accounts.get('user')!
  await house.office.submit({ account, recipients: [`user@${otherHost}`], message: Buffer.from(message) })
  print({ sent: number })
}

function numbersHere(): number[] {
  const inbox = house.mailboxes.mailbox('user')!.inbox
  return [...inbox.entries.values()].map((entry) => {
    const head = Buffer.from(inbox.head(entry)!).toString()
    return Number(/^Subject: (\d+)/m.exec(head)?.[1])
  })
}

createInterface(process.stdin).on('line', (line) => {
  const [command, number] = line.split(' ')
  if (command === 'send') void send(Number(number))
  else if (command === 'count') {
    const waiting = house.queue.list().filter(({ finishedAt }) => finishedAt === null).length
    print({ numbers: numbersHere(), waiting })
  }
})
process.stdin.on('end', () => process.exit(0))
