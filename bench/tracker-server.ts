/**
 * The tracker under measurement, in a process of its own. `node bench/tracker-server.ts`; prints one line, `{"port":…}`,
 * and ends with its standard input.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { silentLogger, systemClock } from '../src/base/index.ts'
import { createTrackerHandler, Tracker } from '../src/client-server/tracker/index.ts'

const tracker = new Tracker({ clock: systemClock, urls: () => ['http://tracker:1'] })
await tracker.start()
let asked = 0
const server = createServer(
  createTrackerHandler({
    tracker,
    clock: systemClock,
    log: silentLogger,
    // One client asks for a whole room here, and its rate is not what is measured.
    networkAddress: () => `asker ${asked++ % 4_000}`,
  }),
)
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`)
})
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
