import { formatSize } from '../../base/index.ts'
import { parseArguments } from '../arguments.ts'
import { EXIT, type Command } from '../command.ts'
import { createOutput } from '../output.ts'

/** `shoal status`: the core's process, its ways of finding peers, and its transfers. */
export const status: Command = async (argv, context) => {
  const { common } = parseArguments(argv, {}, [0, 0])
  const output = createOutput(common, context.streams)
  const core = await context.openCore(common, output)
  try {
    const now = await core.client.app.status()
    output.event(now)
    output.say(
      `process ${now.pid}, ${formatSize(now.rssBytes)} of memory${core.owned ? ' (started for this command)' : ''}`,
    )
    for (const source of now.sources) output.say(`finding peers by ${source.kind}: ${source.state}`)
    for (const transfer of now.transfers) {
      const bytes = `sent ${formatSize(transfer.sent)}, received ${formatSize(transfer.received)}`
      output.say(
        `…${transfer.cid.slice(-8)}  ${transfer.peers} peers  ${bytes}  ${transfer.lane ?? 'no'} lane`,
      )
    }
    return EXIT.done
  } finally {
    await core.close()
  }
}
