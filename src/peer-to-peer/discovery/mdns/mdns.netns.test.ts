import { afterEach, describe, expect, it } from 'vitest'
import { raceSignal } from '../../../base/index.ts'
import { Namespace, noNamespaces } from '../test-netns.ts'

const reason = noNamespaces()

/** One core's node with mDNS alone: prints its peer id, then each peer it is connected to. Ends with its input. */
const PROGRAM = `
import { createIdentity, createNode } from '${new URL('../../node/index.ts', import.meta.url).pathname}'
import { Discovery, MdnsSource, udpLinks } from '${new URL('../index.ts', import.meta.url).pathname}'
import { silentLogger, systemClock, systemRandom } from '${new URL('../../../base/index.ts', import.meta.url).pathname}'
const say = (line) => process.stdout.write(JSON.stringify(line) + '\\n')
const excluded = process.env.EXCLUDED?.split(',') ?? []
const node = await createNode({ identity: await createIdentity(), excludedInterfaces: excluded })
const source = new MdnsSource({
  self: node.peerId, network: node, open: udpLinks(),
  clock: systemClock, random: systemRandom, log: silentLogger,
})
const discovery = new Discovery({ sources: [source], connections: node })
node.events.on('peer-connected', ({ peerId }) => {
  const via = node.libp2p.getConnections(peerId).map((each) => each.remoteAddr.toString())
  say({ connected: peerId.toString(), via })
})
await discovery.start()
say({ started: node.peerId.toString(), state: source.state })
process.stdin.resume().on('end', async () => {
  await discovery.stop()
  await node.stop()
  process.exit(0)
})
`

interface Core {
  started: Promise<Record<string, unknown>>
  connected: Promise<Record<string, unknown>>
}

function core(place: Namespace): Core {
  const started = Promise.withResolvers<Record<string, unknown>>()
  const connected = Promise.withResolvers<Record<string, unknown>>()
  place.run(PROGRAM, (line) => ('started' in line ? started : connected).resolve(line))
  const within = <T>(promise: Promise<T>): Promise<T> => raceSignal(promise, AbortSignal.timeout(20_000))
  return { started: within(started.promise), connected: within(connected.promise) }
}

describe.skipIf(reason)(`mDNS between network namespaces${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const places: Namespace[] = []

  afterEach(async () => {
    await Promise.all(places.splice(0).map((place) => place.destroy()))
  })

  function place(): Namespace {
    const made = new Namespace()
    places.push(made)
    return made
  }

  async function meet(a: Core, b: Core): Promise<string[]> {
    const [startedA, startedB, seenByA, seenByB] = await Promise.all([
      a.started,
      b.started,
      a.connected,
      b.connected,
    ])
    expect([seenByA.connected, seenByB.connected]).toEqual([startedB.started, startedA.started])
    return [...(seenByA.via as string[]), ...(seenByB.via as string[])]
  }

  it('two cores meet on one machine without a network', async () => {
    const alone = place()
    await meet(core(alone), core(alone))
  })

  it('two laptops meet over the right interface although the default route is on the wrong one', async () => {
    const [a, b] = [place(), place()]
    a.deadEnd('vpn0', '10.200.1.1/24')
    b.deadEnd('vpn0', '10.200.2.1/24')
    a.ip('route', 'add', 'default', 'dev', 'vpn0')
    b.ip('route', 'add', 'default', 'dev', 'vpn0')
    a.cable('lan0', b, 'lan0')
    a.address('lan0', '10.77.1.1/24')
    b.address('lan0', '10.77.1.2/24')
    const via = await meet(core(a), core(b))
    for (const address of via) expect(address).toMatch(/^\/(ip4\/10\.77\.1\.|ip6\/)/)
  })

  it('two laptops meet where only IPv6 is spoken', async () => {
    const [a, b] = [place(), place()]
    a.cable('lan0', b, 'lan0')
    a.address('lan0', 'fd77::1/64')
    b.address('lan0', 'fd77::2/64')
    const via = await meet(core(a), core(b))
    for (const address of via) expect(address).toContain('/ip6/fd77::')
  })

  it('two laptops meet over a cable that is plugged in after they started', async () => {
    const [a, b] = [place(), place()]
    const [coreA, coreB] = [core(a), core(b)]
    await Promise.all([coreA.started, coreB.started])
    a.cable('lan0', b, 'lan0')
    a.address('lan0', '10.77.1.1/24')
    b.address('lan0', '10.77.1.2/24')
    await meet(coreA, coreB)
  })
})
