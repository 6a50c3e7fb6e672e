import { writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { DEADLINE_MS } from './limits.ts'
import { addAccount, inbox, twoServers, until } from './mail-servers.ts'
import { it } from './room.ts'
import { missingForThunderbird, Thunderbird } from './thunderbird/thunderbird.ts'

const missing = missingForThunderbird()

it.skipIf(missing !== undefined)(
  `Thunderbird writes by one laptop’s server and reads by the other’s, by IMAP and by POP3${missing ? ` (${missing} is not installed)` : ''}`,
  async ({ room }) => {
    const { alpha, beta, servers } = await twoServers(room)
    const alice = { name: 'alice', ...(await addAccount(alpha, 'alice')), ports: servers.alpha.ports }
    const bob = { name: 'bob', ...(await addAccount(beta, 'bob')), ports: servers.beta.ports }
    const program = await Thunderbird.start(await room.makeFolder('thunderbird'))
    room.onRelease(() => program.stop())
    await program.addAccount({ ...alice, protocol: 'imap' })
    await program.addAccount({ ...bob, protocol: 'pop3' })
    // As somebody who opens it: where a copy of what is sent belongs is known once the folders are.
    const listed = async (address: string, wanted: object): Promise<void> => {
      await expect.poll(() => program.folders(address), { timeout: DEADLINE_MS }).toMatchObject(wanted)
    }
    await listed(alice.address, { inbox: [], sent: [] })

    const text = 'Are you awake?\n.\n..dots\n'
    await program.send({ from: alice.address, to: bob.address, subject: '안녕 Bob', text })
    await until(
      () => inbox(beta, 'bob'),
      (list) => list.length === 1,
    )
    await listed(bob.address, { inbox: ['안녕 Bob'] })
    await listed(alice.address, { inbox: [], sent: ['안녕 Bob'] })

    await program.send({ from: bob.address, to: alice.address, subject: 'Yes', text: 'Now.' })
    const [arrived] = await until(
      () => inbox(alpha, 'alice'),
      (list) => list.length === 1,
    )
    expect(arrived).toMatchObject({ from: bob.address, subject: 'Yes' })
    await listed(alice.address, { inbox: ['Yes'], sent: ['안녕 Bob'] })
    const pictures = process.env['SHOAL_PICTURES']
    if (pictures !== undefined) await writeFile(`${pictures}/thunderbird.png`, await program.picture())
  },
)
