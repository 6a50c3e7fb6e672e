import { isShoalError, ShoalError, type ErrorCode } from '../../base/index.ts'
import { parseArguments, parseSeconds } from '../arguments.ts'
import { EXIT, type Client, type Command } from '../command.ts'
import { createOutput } from '../output.ts'

/** Whoever is on this network is found within a second or two; a name typed wrong should not hang for long. */
const DEFAULT_WAIT_SECONDS = 15

/** Failures to find or reach a person, as opposed to words that were not understood. */
const NOT_REACHED: readonly ErrorCode[] = ['peer-unreachable', 'peer-gone', 'timeout']

/** `shoal message PEER TEXT`: a note to somebody on this network, delivered now or not at all. */
export const message: Command = async (argv, context) => {
  const { common, positionals, values } = parseArguments(argv, { timeout: { type: 'string' } }, [2, 2])
  const [to, text] = positionals as [string, string]
  if (to.trim() === '' || text.trim() === '')
    throw new ShoalError('bad-usage', 'a message needs a person and words')
  const wait =
    values['timeout'] === undefined ? DEFAULT_WAIT_SECONDS : parseSeconds(String(values['timeout']))
  const output = createOutput(common, context.streams)
  const core = await context.openCore(common, output)
  try {
    const outcome = await tell(core.client, { to, text, waitMs: wait * 1000 }, context.interrupted)
    if (outcome.is === 'delivered') {
      output.event({ event: 'delivered', peerId: outcome.peerId })
      output.say(`Delivered to ${to}.`)
      return EXIT.done
    }
    const { code, message: why } = outcome.problem
    output.event({ event: 'undeliverable', code, message: why })
    output.fail(`not delivered: ${why.split('\n')[0]}`)
    return EXIT.failed
  } finally {
    await core.close()
  }
}

type Outcome =
  | { readonly is: 'delivered'; readonly peerId: string }
  | { readonly is: 'undeliverable'; readonly problem: { readonly code: string; readonly message: string } }

async function tell(
  client: Client,
  input: { to: string; text: string; waitMs: number },
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const { delivery, peerId } = await client.messages.tell(input, { signal })
    return delivery.is === 'undeliverable' ? delivery : { is: 'delivered', peerId }
  } catch (error) {
    if (isShoalError(error) && NOT_REACHED.includes(error.code))
      return { is: 'undeliverable', problem: error }
    throw error
  }
}
