/**
 * The resolver under measurement, in a process of its own, over a tree of names that has `bench.com` with as many hosts as told.
 * `node bench/dns-server.ts HOSTS`; prints one line, `{"port":…,"zone":{"address":…,"port":…}}`, and ends with its standard input.
 */
import { silentLogger, systemClock, systemRandom } from '../src/base/index.ts'
import { DnsListener } from '../src/client-server/dns/listener/index.ts'
import { createExchange, createResolverService, Resolver } from '../src/client-server/dns/resolver/index.ts'
import { DnsTree } from '../src/client-server/dns/tree/index.ts'
import { Name } from '../src/client-server/dns/wire/index.ts'
import { parseZoneText } from '../src/client-server/dns/zone/index.ts'

const hosts = Number(process.argv[2] ?? 1_000)
const origin = Name.parse('bench.com.')
const text = Array.from({ length: hosts }, (_, i) => `h${i} 3600 A 192.0.2.${i % 256}`).join('\n')
const contents = [{ origin, records: parseZoneText(text, origin) }]
const tree = new DnsTree({ clock: systemClock, log: silentLogger, wellKnownPorts: false, contents })
await tree.start()
const { root } = tree
const resolver = new Resolver({
  exchange: createExchange({ clock: systemClock, random: systemRandom }),
  roots: [{ name: root.name, addresses: [root] }],
  portOf: (zone) => tree.portOf(zone) ?? 53,
})
const listener = new DnsListener({ host: '127.0.0.1', port: 0, answer: createResolverService({ resolver }) })
await listener.start()
const { address, port } = tree.servers.find(({ zone }) => zone.equals(origin))!
process.stdout.write(`${JSON.stringify({ port: listener.port, zone: { address, port } })}\n`)
process.stdin.resume().on('end', () => {
  void Promise.all([listener.stop(), tree.stop()]).then(() => process.exit(0))
})
