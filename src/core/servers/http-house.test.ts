import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { silentLogger, systemClock } from '../../base/index.ts'
import { HttpHouse } from './http-house.ts'

/** Says some bytes to a house that answers everything with 204; the first line of what it answers. */
async function answerTo(request: string): Promise<string> {
  const house = new HttpHouse({ clock: systemClock, log: silentLogger })
  const mount = {
    prefix: '/',
    handler: (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(204).end(),
  }
  const lease = await house.open(['127.0.0.1'], 0, [mount])
  onTestFinished(() => lease.close())
  const socket = connect(lease.port, '127.0.0.1')
  socket.end(request)
  return (await text(socket)).split('\r\n')[0]!
}

it('a request that names two hosts is refused', async () => {
  expect(await answerTo('GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n')).toMatch(/ 400 /)
})

it('a request that names one host, or in HTTP/1.0 none, is answered', async () => {
  expect(await answerTo('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(/ 204 /)
  expect(await answerTo('GET / HTTP/1.0\r\n\r\n')).toMatch(/ 204 /)
})
