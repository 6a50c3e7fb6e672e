/**
 * The mail server under measurement, in a process of its own, with one account, `alice`, on the disk. `node bench/mail-server.ts`; prints
 * one line, `{"port":…}`, and ends with its standard input.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger, systemClock, systemRandom } from '../src/base/index.ts'
import { MailHouse } from '../src/client-server/mail/mail-house.ts'
import { QUEUE_PROFILES } from '../src/client-server/mail/queue/index.ts'

const folder = await mkdtemp(join(process.env['BENCH_DIR'] ?? tmpdir(), 'shoal-bench-mail-'))
const house = await MailHouse.open(
  { clock: systemClock, random: systemRandom, log: silentLogger },
  {
    folder,
    hostName: () => 'bench.test',
    resolver: {
      resolveMx: async () => ({ is: 'no-such-name' }),
      resolveSrv: async () => ({ is: 'none' }),
      resolveAddress: async () => ({ is: 'none' }),
    },
    profile: QUEUE_PROFILES.normal,
  },
)
await house.accounts.add('alice')
const server = house.smtpServer({ hosts: ['127.0.0.1'], port: 0 })
await server.start()
await house.start()
process.stdout.write(`${JSON.stringify({ port: server.port })}\n`)
process.stdin.on('data', () => {
  process.stdout.write(
    `${JSON.stringify({ stored: house.mailboxes.mailbox('alice')?.inbox.entries.size ?? 0 })}\n`,
  )
})
process.stdin.on('end', () => {
  void server
    .stop()
    .then(() => house.stop())
    .then(() => rm(folder, { recursive: true }))
    .then(() => process.exit(0))
})
