import { parseArguments } from '../arguments.ts'
import { EXIT, type Client, type Command } from '../command.ts'
import { createOutput } from '../output.ts'
import type { NearbyPeer } from '../../contract/index.ts'

/** A core just started needs this long to hear from the others. */
const LISTEN_MS = 4_000

/** `shoal peers`: the laptops on this network, one line (or object) each. */
export const peers: Command = async (argv, context) => {
  const { common } = parseArguments(argv, {}, [0, 0])
  const output = createOutput(common, context.streams)
  const core = await context.openCore(common, output)
  try {
    const found = await nearbyPeers(core.client, core.owned ? LISTEN_MS : 0, context.interrupted)
    for (const peer of found) {
      output.event({ ...peer })
      const listed = peer.shares.map((s) => s.title ?? s.name).join(', ')
      output.say(
        `${peer.name}  ${peer.peerId}  ${peer.addresses[0] ?? ''}${listed ? `  shares: ${listed}` : ''}`,
      )
    }
    if (found.length === 0)
      output.say('Nobody yet on this network. Start Shoal on another laptop, or type its address.')
    return context.interrupted.aborted ? EXIT.interrupted : EXIT.done
  } finally {
    await core.close()
  }
}

async function nearbyPeers(client: Client, waitMs: number, interrupted: AbortSignal): Promise<NearbyPeer[]> {
  const found = new Map<string, NearbyPeer>()
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(waitMs + 1_000)])
  const until = performance.now() + waitMs
  try {
    for await (const update of await client.app.watch(undefined, { signal })) {
      if (update.is === 'snapshot') for (const peer of update.nearby) found.set(peer.peerId, peer)
      if (update.is === 'nearby') {
        for (const id of update.removed) found.delete(id)
        for (const peer of update.changed) found.set(peer.peerId, peer)
      }
      if (performance.now() >= until) break
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return [...found.values()]
}
