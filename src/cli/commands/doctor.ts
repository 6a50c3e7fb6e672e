import { mkdir, statfs } from 'node:fs/promises'
import { errorMessage, formatSize, ShoalError } from '../../base/index.ts'
import type { Network, PeerSourceDetailView, Settings } from '../../contract/index.ts'
import { parseArguments } from '../arguments.ts'
import { EXIT, type Client, type Command } from '../command.ts'
import { createOutput } from '../output.ts'

/** One thing that must be in order for sharing to work, and what to do when it is not. */
interface Check {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
  readonly advice?: string
}

/** Below this, downloads of any size are likely to stop. */
const LITTLE_SPACE_BYTES = 1024 ** 3
/** Ways of finding peers need a moment to start. */
const SETTLE_MS = 3_000

/** `shoal doctor`: looks at what usually stands in the way, and says what to do about it. */
export const doctor: Command = async (argv, context) => {
  const { common } = parseArguments(argv, {}, [0, 0])
  const output = createOutput(common, context.streams)
  const core = await context.openCore(common, output)
  try {
    const { network, settings, found } = await settled(
      core.client,
      core.owned ? SETTLE_MS : 0,
      context.interrupted,
    )
    const checks = [
      addressCheck(network),
      ...sourceChecks(network),
      neighbourCheck(found),
      await folderCheck(settings.downloadDir),
    ]
    for (const check of checks) {
      output.event({ event: 'check', ...check })
      output.say(`${check.ok ? 'ok ' : '!! '} ${check.name}: ${check.detail}`)
      if (!check.ok && check.advice !== undefined) output.say(`    ${check.advice}`)
    }
    const bad = checks.filter(({ ok }) => !ok)
    if (bad.length === 0) return EXIT.done
    throw new ShoalError(
      'not-found',
      `${bad.length} of ${checks.length} checks failed: ${bad.map((c) => c.name).join(', ')}`,
    )
  } finally {
    await core.close()
  }
}

interface Picture {
  network: Network
  settings: Settings
  found: number
}

/** The core's picture of its network after `waitMs`. */
async function settled(client: Client, waitMs: number, interrupted: AbortSignal): Promise<Picture> {
  await new Promise<void>((done) => {
    const timer = setTimeout(done, waitMs)
    interrupted.addEventListener('abort', () => (clearTimeout(timer), done()), { once: true })
  })
  for await (const update of await client.app.watch()) {
    if (update.is !== 'snapshot') continue
    return { network: update.network, settings: update.settings, found: update.nearby.length }
  }
  throw new ShoalError('core-gone', 'the core ended before it could be asked')
}

function addressCheck({ addresses, interfaces }: Network): Check {
  const excluded = interfaces.filter((each) => each.excluded).map((each) => each.name)
  const outside = addresses.filter((address) => !/^\/(ip4\/127\.|ip6\/::1\/)/.test(address))
  return {
    name: 'addresses',
    ok: outside.length > 0,
    detail: outside.length > 0 ? outside.join('  ') : 'other laptops cannot reach this one',
    advice:
      excluded.length > 0
        ? `Join a network, or use these interfaces again in the settings: ${excluded.join(', ')}.`
        : 'Join a network (Wi-Fi or cable).',
  }
}

const SOURCE_ADVICE: Readonly<Record<string, string>> = {
  mdns: 'The network or a firewall may keep multicast back (UDP 5353). Links and typed addresses still work.',
}

function sourceChecks({ sources }: Network): Check[] {
  return sources
    .filter(({ state }) => state !== 'off')
    .map(({ kind, state, found, detail }) => ({
      name: `finding by ${kind}`,
      ok: state !== 'failed',
      detail: detail ? inWords(detail) : `${state}, ${found} found`,
      advice: SOURCE_ADVICE[kind] ?? 'It tries again by itself; the other ways go on.',
    }))
}

function inWords(detail: PeerSourceDetailView): string {
  switch (detail.is) {
    case 'table':
      return detail.peers === 0 ? 'nobody in the table yet' : `${detail.peers} in the table`
    case 'interfaces':
      return detail.names.join(', ')
    case 'servers':
      return `${detail.answering} of ${detail.all} answer`
    case 'no-interface':
      return 'no network interface to use'
    case 'no-multicast':
      return 'multicast is not possible here'
    case 'no-memory':
      return 'the list of remembered peers cannot be read or written'
    case 'error':
      return detail.message
  }
}

/** Nobody there is no fault of this laptop, so it is told and not counted as one. */
function neighbourCheck(found: number): Check {
  const detail =
    found > 0
      ? `${found} here`
      : 'nobody yet: is Shoal open on the other laptop, on the same network, and not a guest Wi-Fi that keeps laptops apart?'
  return { name: 'laptops nearby', ok: true, detail }
}

async function folderCheck(dir: string): Promise<Check> {
  const name = 'download folder'
  try {
    await mkdir(dir, { recursive: true })
    const { bavail, bsize } = await statfs(dir)
    const free = bavail * bsize
    const advice = 'Free some space, or choose another folder in the settings.'
    return { name, ok: free >= LITTLE_SPACE_BYTES, detail: `${formatSize(free)} free in ${dir}`, advice }
  } catch (error) {
    return {
      name,
      ok: false,
      detail: `${dir}: ${errorMessage(error)}`,
      advice: 'Choose another folder in the settings.',
    }
  }
}
