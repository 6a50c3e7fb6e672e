import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../base/index.ts'
import type { GuestChannel, GuestMessage, HostMessage, Invitation } from '../../peer-to-peer/race/index.ts'
import { FakeRacers } from '../race/test-racers.ts'
import { Guest } from './guest.ts'

const CID = 'bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
const PREPARE: HostMessage = { is: 'prepare', offer: { is: 'server', cid: CID, port: 1 } }

const INVITATION: Invitation = {
  id: 'x',
  peerId: 'somebody',
  host: '127.0.0.1',
  invite: { is: 'invite', v: 1, name: 'x', size: 1000, runs: 1, laptops: 1 },
  at: 0,
}

/** A laptop that orders what the script says, then waits until the guest ends it. */
function ordering(script: readonly HostMessage[]): { channel: GuestChannel; told: GuestMessage[] } {
  const told: GuestMessage[] = []
  const left = [...script]
  const closed = Promise.withResolvers<undefined>()
  const channel = {
    send: async (message: GuestMessage) => void told.push(message),
    receive: () => (left.length > 0 ? Promise.resolve(left.shift()) : closed.promise),
    close: () => closed.resolve(undefined),
  }
  return { channel: channel as unknown as GuestChannel, told }
}

async function run(script: readonly HostMessage[]): Promise<GuestMessage[]> {
  const { channel, told } = ordering(script)
  const guest = new Guest({
    invitation: INVITATION,
    channel,
    spawn: new FakeRacers().spawn,
    log: silentLogger,
  })
  await guest.run(new AbortController().signal)
  expect((await readdir(tmpdir())).filter((name) => name.startsWith(`shoal-guest-${process.pid}-`))).toEqual(
    [],
  )
  return told
}

describe('a guest in a race', () => {
  it('runs no more than its person agreed to', async () => {
    const told = await run([PREPARE, { is: 'finish' }, PREPARE])
    expect(told.at(-1)).toMatchObject({ is: 'failed', code: 'protocol-violation' })
  }, 60_000)

  it('is not invited again within a race', async () => {
    const told = await run([{ is: 'clock' }, INVITATION.invite])
    expect(told[0]).toMatchObject({ is: 'clock' })
    expect(told.at(-1)).toMatchObject({ is: 'failed', code: 'protocol-violation' })
  }, 60_000)
})
