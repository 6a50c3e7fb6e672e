import { isShoalError, ShoalError, toShoalError } from '../base/index.ts'
import { EXIT, type Command, type CommandContext } from './command.ts'
import { compare } from './commands/compare.ts'
import { dig } from './commands/dig.ts'
import { doctor } from './commands/doctor.ts'
import { get } from './commands/get.ts'
import { mail } from './commands/mail.ts'
import { message } from './commands/message.ts'
import { peers } from './commands/peers.ts'
import { serve } from './commands/serve.ts'
import { server } from './commands/server.ts'
import { share } from './commands/share.ts'
import { shares } from './commands/shares.ts'
import { status } from './commands/status.ts'
import { USAGE } from './usage.ts'

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['share', share],
  ['get', get],
  ['peers', peers],
  ['shares', shares],
  ['status', status],
  ['doctor', doctor],
  ['dig', dig],
  ['mail', mail],
  ['message', message],
  ['server', server],
  ['compare', compare],
  ['serve', serve],
])

/** What a person got wrong, rather than what went wrong. */
const USAGE_CODES = [
  'bad-usage',
  'bad-link',
  'bad-address',
  'bad-domain-name',
  'bad-rate',
  'bad-setting',
  'bad-mail-address',
] as const

/** Runs one command line and gives its exit code; failures become one line on stderr (and an event with `--json`). */
export async function run(argv: readonly string[], context: CommandContext): Promise<number> {
  const [name, ...rest] = argv
  const { stdout, stderr } = context.streams
  if (
    name === undefined ||
    name === '--help' ||
    name === '-h' ||
    name === 'help' ||
    rest.includes('--help')
  ) {
    ;(name === undefined ? stderr : stdout).write(`${USAGE}\n`)
    return name === undefined ? EXIT.usage : EXIT.done
  }
  try {
    const command = COMMANDS.get(name)
    if (!command) throw new ShoalError('bad-usage', `there is no command "${name}"; see shoal --help`)
    return await command(rest, context)
  } catch (error) {
    return reportFailure(error, argv.includes('--json'), context)
  }
}

function reportFailure(error: unknown, json: boolean, context: CommandContext): number {
  if (context.interrupted.aborted) return EXIT.interrupted
  const { code, message } = toShoalError(error)
  if (json) context.streams.stdout.write(`${JSON.stringify({ event: 'error', code, message })}\n`)
  context.streams.stderr.write(`shoal: ${message.split('\n')[0]}\n`)
  return USAGE_CODES.some((usage) => isShoalError(error, usage)) ? EXIT.usage : EXIT.failed
}
