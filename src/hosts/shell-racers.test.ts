import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { RacerTold } from '../compare/index.ts'
import { messagePortTransport } from '../rpc/index.ts'
import type { CoreMessage } from './shell-protocol.ts'
import { ShellRacers } from './shell-racers.ts'

const OPTIONS = { dir: '/tmp/race', sharesAir: false }
const GO = { do: 'go' } as const
const ports: MessagePort[] = []

function setUp() {
  const posted: CoreMessage[] = []
  const told: RacerTold[] = []
  const gone: string[] = []
  const racers = new ShellRacers((message) => posted.push(message))
  const events = {
    onTold: (message: RacerTold) => told.push(message),
    onGone: (reason: string) => gone.push(reason),
  }
  const spawn = () => racers.spawn(OPTIONS, events)
  /** The shell's answer; returns the racer's end. */
  const start = (id: number): MessagePort => {
    const { port1, port2 } = new MessageChannel()
    ports.push(port1, port2)
    racers.started(id, messagePortTransport(port1))
    return port2
  }
  return { posted, told, gone, racers, spawn, start }
}

afterEach(() => {
  for (const port of ports.splice(0)) port.close()
})

describe('racers that the shell starts', () => {
  it('are asked for by number, take orders and are heard', async () => {
    const { posted, told, spawn, start } = setUp()
    const child = spawn()
    spawn()
    expect(posted).toEqual([
      { is: 'start-racer', id: 1, options: JSON.stringify(OPTIONS) },
      { is: 'start-racer', id: 2, options: JSON.stringify(OPTIONS) },
    ])
    const port = start(1)
    const orders: unknown[] = []
    port.on('message', (order) => orders.push(order))
    child.send(GO)
    port.postMessage(JSON.stringify({ is: 'started' }))
    await vi.waitFor(() => expect([orders, told]).toEqual([[JSON.stringify(GO)], [{ is: 'started' }]]))
  })

  it('are let go of by closing their port, also when they come too late for that', async () => {
    const { spawn, start, told } = setUp()
    const child = spawn()
    const port = start(1)
    const closed = new Promise((resolve) => port.once('close', resolve))
    child.release()
    await closed
    spawn().release()
    const late = start(2)
    await new Promise((resolve) => late.once('close', resolve))
    expect(told).toEqual([])
  })

  it('are killed by the shell, and are gone once it says so', () => {
    const { posted, gone, racers, spawn, start } = setUp()
    const child = spawn()
    start(1)
    child.kill()
    expect(posted.at(-1)).toEqual({ is: 'kill-racer', id: 1 })
    expect(gone).toEqual([])
    racers.gone(1, 'it ended with code 15')
    racers.gone(1, 'again')
    racers.gone(7, 'nobody')
    child.send(GO)
    expect(gone).toEqual(['it ended with code 15'])
  })

  it('that cannot be started are gone', () => {
    const { gone, racers, spawn } = setUp()
    spawn()
    racers.gone(1, 'too many racers')
    expect(gone).toEqual(['too many racers'])
  })
})
