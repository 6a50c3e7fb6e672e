/**
 * The server under measurement, in a process of its own: shares the file it is given and serves it by HTTP.
 * `node bench/http-server.ts FILE HOME`; prints one line, `{"port":…,"cid":…}`.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { silentLogger, systemClock } from '../src/base/index.ts'
import { configureServer, createFilesHandler, serverOptions } from '../src/client-server/files/index.ts'
import { createStore } from '../src/store/index.ts'

const [file = '', home = ''] = process.argv.slice(2)
const store = createStore({ clock: systemClock, log: silentLogger }, { home })
await store.start()
const stored = await store.addShare(file)
const shares = [{ cid: stored.cid, stored, title: undefined, openly: false }]
const handler = createFilesHandler({
  shares: () => shares,
  name: () => 'bench',
  clock: systemClock,
  log: silentLogger,
})
const server = createServer(serverOptions(), handler)
configureServer(server)
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ port, cid: stored.cid.toString() })}\n`)
})
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
