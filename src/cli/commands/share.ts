import { resolve } from 'node:path'
import { errorMessage, formatSize, ShoalError } from '../../base/index.ts'
import { isPeerAddress } from '../../content/index.ts'
import type { LeftOut } from './left-out.ts'
import { leftOutSentence } from './left-out.ts'
import { parseArguments } from '../arguments.ts'
import { EXIT, type Client, type Command } from '../command.ts'
import { createOutput, type Output } from '../output.ts'
import { watchShare } from '../watch-share.ts'
import type { Share } from '../../contract/index.ts'

/** `shoal share PATH`: hashes, prints the link, keeps serving until interrupted. */
export const share: Command = async (argv, context) => {
  const { common, positionals, values } = parseArguments(
    argv,
    { title: { type: 'string' }, nearby: { type: 'boolean' }, peer: { type: 'string', multiple: true } },
    [1, 1],
  )
  const output = createOutput(common, context.streams)
  const peers = (values['peer'] as string[] | undefined) ?? []
  for (const peer of peers) assertPeerAddress(peer)
  const core = await context.openCore(common, output)
  let id: string | undefined
  try {
    void connectTo(core.client, peers, output)
    const added = await core.client.shares.add({
      path: resolve(context.cwd, positionals[0]!),
      ...(typeof values['title'] === 'string' ? { title: values['title'] } : {}),
      openly: values['nearby'] === true,
    })
    id = added.id
    await followShare(core.client, id, output, context.interrupted)
    return context.interrupted.aborted ? EXIT.interrupted : EXIT.failed
  } finally {
    // A core that goes on without us stops serving what this command began.
    if (!core.owned && id !== undefined) await core.client.shares.pause({ id }).catch(() => {})
    await core.close()
  }
}

/** Laptops to meet, for where nothing else finds them. One that is not there is no reason not to share. */
async function connectTo(client: Client, peers: readonly string[], output: Output): Promise<void> {
  for (const address of peers) {
    await client.nearby.connect({ address }).catch((error: unknown) => {
      const time = Date.now()
      output.log({ time, level: 'warn', scope: 'share', message: `${address}: ${errorMessage(error)}` })
    })
  }
}

function assertPeerAddress(text: string): void {
  if (!isPeerAddress(text))
    throw new ShoalError('bad-address', `not a peer's multiaddress: "${text.slice(0, 200)}"`)
}

async function followShare(client: Client, id: string, output: Output, signal: AbortSignal): Promise<void> {
  let told: 'nothing' | 'ready' | 'safe-to-leave' = 'nothing'
  for await (const current of watchShare(client, id, { signal })) {
    if (signal.aborted) return
    const { state } = current
    if (state.is === 'failed') throw new ShoalError(state.problem.code, state.problem.message)
    if (state.is === 'hashing')
      output.progress({ ...current, size: state.bytesTotal, bytesHeld: state.bytesDone })
    if (told === 'nothing' && state.is === 'serving' && current.link !== null) {
      told = 'ready'
      await tellReady(client, current, output)
    }
    if (told === 'ready' && current.safeToLeave) {
      told = 'safe-to-leave'
      output.event({ event: 'safe-to-leave' })
      output.say('A full copy is out: you may close your laptop (Ctrl-C).')
    }
  }
}

async function tellReady(client: Client, current: Share, output: Output): Promise<void> {
  const network = await currentNetwork(client)
  output.endProgress()
  output.event({ event: 'ready', link: current.link, peerId: network.peerId, addrs: network.addresses })
  const leftOut = leftOutSentence(current.leftOut satisfies LeftOut)
  if (leftOut) output.say(leftOut)
  output.say(`Sharing ${current.name} (${formatSize(current.size ?? 0)}). On the other laptops:`)
  output.say(`  shoal get '${current.link}'`)
  output.say('Serving until you press Ctrl-C.')
}

/** The network part of a fresh snapshot. */
export async function currentNetwork(client: Client): Promise<{ peerId: string; addresses: string[] }> {
  for await (const update of await client.app.watch()) {
    if (update.is === 'snapshot') return update.network
  }
  throw new ShoalError('core-gone', 'the core ended before it could be asked')
}
