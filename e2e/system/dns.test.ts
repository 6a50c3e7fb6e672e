import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { Namespace, noNamespaces } from '../../src/peer-to-peer/discovery/test-netns.ts'
import { client, isInstalled } from './clients.ts'
import { APART, it, type Laptop, type Room } from './room.ts'

interface Tree {
  readonly zone: string
  readonly address: string
  readonly port: number
}

/** A DNS server of a laptop, where it is said to be, and the servers of its tree. */
async function serve(
  laptop: Laptop,
  ...args: string[]
): Promise<{ port: number; tree: Tree[]; stop(): Promise<unknown> }> {
  const server = laptop.run('server', '--only', 'dns', '--json', ...args, ...APART)
  const { ports, tree } = (await server.event('ready')) as unknown as { ports: { dns: number }; tree: Tree[] }
  return { port: ports.dns, tree, stop: () => server.kill() }
}

/** A zone as if a person had written it. */
async function writeZone(laptop: Laptop, origin: string, text: string): Promise<void> {
  const folder = join(laptop.home, 'zones')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `zone-${origin}.zone`), text)
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '' && !line.startsWith(';'))

describe.skipIf(!isInstalled('dig'))('shoal server --only dns, asked by dig', () => {
  it('tells its ports and tree, every server of which answers by UDP and TCP', async ({ room }) => {
    const { port, tree } = await serve(room.laptop('laptop', { core: APART }), '--dns-port', '0')
    const dig = async (server: string, at: number, ...args: string[]): Promise<string[]> =>
      lines(await client('dig', `@${server}`, '-p', String(at), '+noall', '+answer', ...args))
    for (const tcp of ['+notcp', '+tcp']) {
      expect(await dig('127.0.0.1', port, 'www.example.com', tcp)).toMatchObject([
        expect.stringMatching(/IN A 127\./),
      ])
      for (const { zone, address, port: at } of tree)
        expect(await dig(address, at, zone, 'SOA', '+norec', tcp)).toHaveLength(1)
    }
    expect(tree.map(({ zone }) => zone)).toEqual(
      expect.arrayContaining(['.', 'internal.', 'shoal.internal.', 'com.']),
    )
  })

  it('keeps the zones people wrote when it starts again', async ({ room }) => {
    const laptop = room.laptop('laptop', { core: APART })
    await writeZone(laptop, 'school.org.', '$TTL 60\nwww A 192.0.2.77\n')
    for (let run = 0; run < 2; run++) {
      const { port, tree, stop } = await serve(laptop, '--dns-port', '0')
      expect(tree.map(({ zone }) => zone)).toContain('school.org.')
      const told = await client('dig', '@127.0.0.1', '-p', String(port), '+short', 'www.school.org')
      expect(told.trim()).toBe('192.0.2.77')
      await stop()
    }
  })
})

const NEEDED = ['kdig', 'drill', 'unbound', 'nsd']
const missing = NEEDED.filter((program) => !isInstalled(program))
const reason = noNamespaces() ?? (missing.length > 0 ? `not installed: ${missing.join(', ')}` : undefined)

/** A network of its own, where port 53 is free. */
function place(room: Room): {
  namespace: Namespace
  ask(program: string, ...args: string[]): Promise<string>
} {
  const namespace = new Namespace()
  room.onRelease(() => namespace.destroy())
  namespace.ip('link', 'set', 'lo', 'up')
  return {
    namespace,
    ask: (program, ...args) => client('ip', 'netns', 'exec', namespace.name, program, ...args),
  }
}

/** Starts a server inside; it ends with the room. */
function background(room: Room, namespace: Namespace, program: string, ...args: string[]): void {
  const child = spawn('ip', ['netns', 'exec', namespace.name, program, ...args], { stdio: 'ignore' })
  room.onRelease(() => child.kill())
}

describe.skipIf(reason)(`the tree of names on port 53${reason ? ` (skipped: ${reason})` : ''}`, () => {
  it('is walked by drill, and by unbound as a resolver', async ({ room }) => {
    const { namespace, ask } = place(room)
    const laptop = room.laptop('laptop', { core: APART, namespace: namespace.name })
    const { tree } = await serve(laptop, '--dns-port', '53')
    expect(new Set(tree.map(({ port }) => port))).toEqual(new Set([53]))
    const hints = join(room.folder, 'hints')
    await writeFile(hints, `. 300 IN NS ns.\nns. 300 IN A ${tree[0]!.address}\n`)
    expect(lines(await ask('drill', '-r', hints, '-T', 'www.example.com')).at(-1)).toMatch(
      /^www\.example\.com\. .* A 127\./,
    )
    const config = join(room.folder, 'unbound.conf')
    await writeFile(
      config,
      `server:
  interface: 127.0.0.99
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "${room.folder}"
  pidfile: ""
  use-syslog: no
  root-hints: "${hints}"
  do-not-query-localhost: no
  module-config: "iterator"
  local-zone: "internal." transparent
remote-control:
  control-enable: no
`,
    )
    background(room, namespace, 'unbound', '-c', config)
    const kdig = async (...args: string[]): Promise<string> =>
      ask('kdig', '+retry=0', '+time=5', '@127.0.0.99', ...args).catch(() => '')
    await expect.poll(() => kdig('+short', 'www.example.com'), { timeout: 15_000 }).toMatch(/^127\./)
    expect(await kdig('+tcp', '+short', 'www.example.net')).toMatch(/^127\./)
    expect(await kdig('+short', 'example.org', 'MX')).toBe('0 .\n')
    expect(await kdig('nobody.example.com')).toContain('status: NXDOMAIN')
    const own = tree.find(({ zone }) => zone.endsWith('.shoal.internal.'))!.zone
    expect(await kdig('+short', `_shoal._tcp.${own}`, 'TXT')).toContain('peer=')
  })

  it('leads our resolver to a zone that nsd serves', async ({ room }) => {
    const { namespace, ask } = place(room)
    const zone = join(room.folder, 'nsd.com.zone')
    const many = Array.from({ length: 60 }, (_, i) => `many A 192.0.2.${i}`).join('\n')
    await writeFile(
      zone,
      `$ORIGIN nsd.com.
$TTL 60
@ SOA there admin 1 3600 600 86400 60
@ NS there
there A 127.60.0.1
www CNAME host
host A 192.0.2.5
*.wild TXT wild
${many}
`,
    )
    const config = join(room.folder, 'nsd.conf')
    await writeFile(
      config,
      `server:
  ip-address: 127.60.0.1
  username: ""
  zonesdir: "${room.folder}"
  database: ""
  pidfile: "${join(room.folder, 'nsd.pid')}"
  xfrdfile: "${join(room.folder, 'xfrd')}"
  zonelistfile: "${join(room.folder, 'zones')}"
remote-control:
  control-enable: no
zone:
  name: nsd.com
  zonefile: ${zone}
`,
    )
    background(room, namespace, 'nsd', '-d', '-c', config)
    const laptop = room.laptop('laptop', { core: APART, namespace: namespace.name })
    await writeZone(laptop, 'nsd.com.', '$TTL 60\n@ NS there\nthere A 127.60.0.1\n')
    const { port } = await serve(laptop, '--dns-port', '5300')
    const kdig = (...args: string[]): Promise<string> =>
      ask('kdig', '@127.0.0.1', '-p', String(port), ...args)
    await expect.poll(() => kdig('+short', 'host.nsd.com'), { timeout: 15_000 }).toBe('192.0.2.5\n')
    expect(await kdig('+short', 'www.nsd.com')).toBe('host.nsd.com.\n192.0.2.5\n')
    expect(await kdig('+short', 'a.b.wild.nsd.com', 'TXT')).toBe('"wild"\n')
    expect(await kdig('nobody.nsd.com')).toContain('status: NXDOMAIN')
    // nsd says TC by UDP; by TCP it is all there.
    expect(lines(await kdig('+tcp', '+short', 'many.nsd.com'))).toHaveLength(60)
  })
})
