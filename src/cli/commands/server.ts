import { isIP } from 'node:net'
import { ShoalError } from '../../base/index.ts'
import {
  serverRoleNameSchema,
  type Ports,
  type ServerRoleName,
  type ServersView,
} from '../../contract/index.ts'
import { parseArguments, parsePort, type ParsedArguments } from '../arguments.ts'
import { EXIT, type Client, type Command } from '../command.ts'
import { createOutput, type Output } from '../output.ts'
import { parseProfile } from './mail-profile.ts'

const PORTS = ['http', 'dns', 'smtp', 'pop3', 'imap'] as const

/** `shoal server`: what a server is for others, until interrupted. Roles that ran before stay when it ends. */
export const server: Command = async (argv, context) => {
  const { common, wish, profile } = parseServer(argv)
  const output = createOutput(common, context.streams)
  const core = await context.openCore(common, output)
  let begun: ServerRoleName[] = []
  try {
    const before = await current(core.client)
    if (profile) await core.client.mail.setProfile({ profile })
    // What the app was set to must not widen what this command begins; what runs already stays where it is.
    const reach = rolesOn(before).length > 0 ? {} : { reach: { is: 'this-laptop' as const } }
    const view = await core.client.servers.start({ ...reach, ...wish })
    begun = rolesOn(view).filter((name) => !rolesOn(before).includes(name))
    tellReady(view, output)
    await untilOff(core.client, begun, context.interrupted)
    return context.interrupted.aborted ? EXIT.interrupted : EXIT.done
  } finally {
    if (!core.owned && begun.length > 0) await core.client.servers.stop({ roles: begun }).catch(() => {})
    await core.close()
  }
}

function parseServer(argv: readonly string[]) {
  const own = {
    host: { type: 'string' },
    only: { type: 'string', multiple: true },
    'mail-profile': { type: 'string' },
  } as const
  const ports = Object.fromEntries(PORTS.map((name) => [`${name}-port`, { type: 'string' } as const]))
  const { common, values } = parseArguments(argv, { ...own, ...ports }, [0, 0])
  const roles = parseRoles(values['only'] as string[] | undefined)
  const host = values['host'] as string | undefined
  const profile = parseMailProfile(values['mail-profile'] as string | undefined, roles)
  const wish = {
    ports: parsePorts(values),
    ...(host !== undefined && { reach: { is: 'address' as const, host: parseHost(host) } }),
    ...(roles && { roles }),
  }
  return { common, wish, profile }
}

function parseMailProfile(text: string | undefined, roles: readonly ServerRoleName[] | undefined) {
  if (text === undefined) return undefined
  if (roles && !roles.includes('mail'))
    throw new ShoalError('bad-usage', '--mail-profile is for a mail server, which --only leaves out')
  return parseProfile(text)
}

function parsePorts(values: ParsedArguments['values']): Ports {
  const given = PORTS.flatMap((name) => {
    const text = values[`${name}-port`]
    return typeof text === 'string' ? [[name, parsePort(text)] as const] : []
  })
  return Object.fromEntries(given)
}

function parseHost(text: string): string {
  const host = text === 'localhost' ? '127.0.0.1' : text
  if (isIP(host) === 0)
    throw new ShoalError('bad-address', `--host is an IP address of this laptop, not "${text.slice(0, 100)}"`)
  return host
}

/** `files,tracker`; the option may also be repeated. */
function parseRoles(given: readonly string[] | undefined): ServerRoleName[] | undefined {
  if (!given) return undefined
  return given
    .flatMap((text) => text.split(','))
    .map((text) => {
      const name = serverRoleNameSchema.safeParse(text.trim())
      if (name.success) return name.data
      const known = serverRoleNameSchema.options.join(', ')
      throw new ShoalError('bad-usage', `--only takes ${known}; not "${text.slice(0, 40)}"`)
    })
}

function rolesOn({ roles }: ServersView): ServerRoleName[] {
  return roles.filter(({ state }) => state.is === 'on').map(({ name }) => name)
}

async function current(client: Client): Promise<ServersView> {
  for await (const view of await client.servers.watch()) return view
  throw new ShoalError('core-gone', 'the core ended before it could be asked')
}

function tellReady(view: ServersView, output: Output): void {
  const hasTree = view.tree.length > 0
  output.event({ event: 'ready', ports: view.ports, ...(hasTree && { tree: view.tree }) })
  output.say(`On: ${rolesOn(view).join(', ')}`)
  for (const origin of view.origins) output.say(`  ${origin}/`)
  for (const [name, port] of Object.entries(view.ports)) {
    if (name !== 'http') output.say(`  ${name.padEnd(5)} port ${port} at ${view.hosts.join(', ')}`)
  }
  for (const { zone, address, port } of view.tree) output.say(`  zone ${zone}  ${address} port ${port}`)
  if (view.hosts.every((host) => host === '::1' || host.startsWith('127.')))
    output.say('Only programs on this laptop reach it; --host ADDRESS lets others in.')
  else output.say('Plain HTTP and mail without TLS: whoever can listen on this network can read along.')
  output.say('Serving until you press Ctrl-C.')
}

/** Resolves when somebody else has switched off what this command began, or the core has ended. */
async function untilOff(client: Client, begun: readonly string[], signal: AbortSignal): Promise<void> {
  try {
    for await (const view of await client.servers.watch(undefined, { signal })) {
      if (begun.length > 0 && !rolesOn(view).some((name) => begun.includes(name))) return
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
