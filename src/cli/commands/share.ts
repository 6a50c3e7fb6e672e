import { resolve } from 'node:path'
import { errorMessage, formatSize, ShoalError } from '../../base/index.ts'
import { isPeerAddress } from '../../content/index.ts'
import type { LeftOut } from './left-out.ts'
import { leftOutSentence } from './left-out.ts'
import { parseArguments, parsePort } from '../arguments.ts'
import { EXIT, type Client, type Command } from '../command.ts'
import { createOutput, type Output } from '../output.ts'
import { TroubleTeller } from '../trouble-teller.ts'
import type { Share } from '../../contract/index.ts'
import { watchShare } from '../../hosts/index.ts'

/** `shoal share PATH`: hashes, prints the link, keeps serving until interrupted. */
export const share: Command = async (argv, context) => {
  const { common, positionals, values } = parseArguments(
    argv,
    {
      title: { type: 'string' },
      nearby: { type: 'boolean' },
      peer: { type: 'string', multiple: true },
      'http-port': { type: 'string' },
    },
    [1, 1],
  )
  const httpPort = values['http-port'] === undefined ? undefined : parsePort(String(values['http-port']))
  const output = createOutput(common, context.streams)
  // An unset variable of a script must not share the folder it happens to run in.
  if (positionals[0] === '') throw new ShoalError('bad-usage', 'the path is empty')
  const peers = (values['peer'] as string[] | undefined) ?? []
  for (const peer of peers) assertPeerAddress(peer)
  const core = await context.openCore(common, output, { stays: true })
  let begun: Share['id'] | undefined
  // The way in over HTTP is open while it is watched: with this command it closes.
  const serving = new AbortController()
  try {
    const [origin] = httpPort === undefined ? [] : await openDoor(core.client, httpPort, serving.signal)
    void connectTo(core.client, peers, output)
    const added = await core.client.shares.add({
      path: resolve(context.cwd, positionals[0]!),
      ...(typeof values['title'] === 'string' ? { title: values['title'] } : {}),
      openly: values['nearby'] === true,
    })
    begun = added.id
    const follow = { output, origin, signal: context.interrupted, onTwin: () => (begun = undefined) }
    await followShare(core.client, added.id, follow)
    if (!context.interrupted.aborted) throw new ShoalError('cancelled', 'the share was removed')
    return EXIT.interrupted
  } finally {
    serving.abort()
    // A core that goes on without us stops serving what this command began, and nobody else.
    if (!core.owned && begun !== undefined) await core.client.shares.pause({ id: begun }).catch(() => {})
    await core.close()
  }
}

/** Where browsers find this laptop, best first; open until the signal fires. */
async function openDoor(client: Client, port: number, signal: AbortSignal): Promise<string[]> {
  const updates = await client.servers.door({ port }, { signal })
  const first = await updates.next()
  // Read on, or the link would hold further updates back; what it says is in the share's link too.
  void (async () => {
    for await (const _ of updates);
  })().catch(() => {})
  if (first.done) throw new ShoalError('core-gone', 'the core ended before it could be asked')
  return first.value.origins
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

interface Follow {
  readonly output: Output
  /** Of the HTTP server that shows it. */
  readonly origin: string | undefined
  readonly signal: AbortSignal
  /** Somebody else on this core shares the same content. */
  readonly onTwin: () => void
}

async function followShare(client: Client, id: string, follow: Follow): Promise<void> {
  const { output, origin, signal, onTwin } = follow
  const trouble = new TroubleTeller(output)
  let told: 'nothing' | 'ready' | 'safe-to-leave' = 'nothing'
  for await (const current of watchShare(client, id, { signal })) {
    if (signal.aborted) return
    const { state } = current
    if (current.formerIds !== undefined) onTwin()
    trouble.see(state)
    if (state.is === 'failed') throw new ShoalError(state.problem.code, state.problem.message)
    if (state.is === 'hashing')
      output.progress({ ...current, size: state.bytesTotal, bytesHeld: state.bytesDone })
    if (told === 'nothing' && state.is === 'serving' && current.link !== null) {
      told = 'ready'
      await tellReady(client, current, { output, origin })
    }
    if (told === 'ready' && current.safeToLeave) {
      told = 'safe-to-leave'
      output.event({ event: 'safe-to-leave' })
      output.say('A full copy is out: you may close your laptop (Ctrl-C).')
    }
  }
}

async function tellReady(
  client: Client,
  current: Share,
  { output, origin }: Pick<Follow, 'output' | 'origin'>,
): Promise<void> {
  const url = origin === undefined ? undefined : `${origin}/s/${current.cid}/`
  const network = await currentNetwork(client)
  output.endProgress()
  output.event({
    event: 'ready',
    link: current.link,
    peerId: network.peerId,
    addrs: network.addresses,
    ...(url !== undefined && { url }),
  })
  const leftOut = leftOutSentence(current.leftOut satisfies LeftOut)
  if (leftOut) output.say(leftOut)
  output.say(`Sharing ${current.name} (${formatSize(current.size ?? 0)}). On the other laptops:`)
  output.say(`  shoal get '${current.link}'`)
  if (url !== undefined)
    output.say(`Or in any browser (plain HTTP: others on the network can read along):\n  ${url}`)
  output.say('Serving until you press Ctrl-C.')
}

/** The network part of a fresh snapshot. */
export async function currentNetwork(client: Client): Promise<{ peerId: string; addresses: string[] }> {
  for await (const update of await client.app.watch()) {
    if (update.is === 'snapshot') return update.network
  }
  throw new ShoalError('core-gone', 'the core ended before it could be asked')
}
