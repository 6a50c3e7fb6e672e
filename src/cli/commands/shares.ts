import { formatSize } from '../../base/index.ts'
import { parseArguments } from '../arguments.ts'
import { EXIT, type Command } from '../command.ts'
import { createOutput } from '../output.ts'

/** `shoal shares`: what this laptop shares and downloads. */
export const shares: Command = async (argv, context) => {
  const { common } = parseArguments(argv, {}, [0, 0])
  const output = createOutput(common, context.streams)
  const core = await context.openCore(common, output)
  try {
    for await (const update of await core.client.app.watch()) {
      if (update.is !== 'snapshot') continue
      for (const share of update.shares) {
        output.event({ ...share })
        const size = share.size === null ? '?' : formatSize(share.size)
        output.say(`${share.name}  ${size}  ${share.role}  ${share.state.is}  ${share.link ?? ''}`)
      }
      if (update.shares.length === 0) output.say('Nothing shared and nothing downloaded yet.')
      break
    }
    return EXIT.done
  } finally {
    await core.close()
  }
}
