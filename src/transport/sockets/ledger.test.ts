import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { SocketLedger, tupleKey } from './ledger.ts'

describe('the ledger of connections', () => {
  it('counts the bytes of both directions, of connections opened and taken, until they are closed', async () => {
    const ledger = new SocketLedger()
    ledger.start()
    const server = createServer().listen(0, '::')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const client = connect(port, '127.0.0.1')
    const [accepted] = (await once(server, 'connection')) as [Socket]
    client.write('12345')
    await once(accepted, 'data')
    accepted.end('123')
    await once(client, 'data')
    const here = { address: '127.0.0.1', port: client.localPort! }
    const there = { address: '127.0.0.1', port }
    const counted = ledger.counted()
    expect(counted.get(tupleKey(here, there))).toMatchObject({ sent: 5, received: 3, encrypted: false })
    // The server listens on `::`: its end has IPv4 addresses in IPv6 form.
    expect(counted.get(tupleKey(there, { ...here, address: '::ffff:127.0.0.1' }))).toMatchObject({
      sent: 3,
      received: 5,
    })
    client.destroy()
    await once(accepted, 'close')
    expect(ledger.counted().has(tupleKey(here, there))).toBe(false)
    server.close()
    ledger.stop()
  })

  it('sees nothing after it was stopped', async () => {
    const ledger = new SocketLedger()
    ledger.start()
    ledger.stop()
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
    await once(client, 'connect')
    expect(ledger.counted().size).toBe(0)
    client.destroy()
    server.close()
  })
})
