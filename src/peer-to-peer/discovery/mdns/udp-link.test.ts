import { createSocket } from 'node:dgram'
import { BlockList } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { raceSignal, utf8 } from '../../../base/index.ts'
import { freeUdpPort } from '../../../transport/test-port.ts'
import { udpLinks } from './udp-link.ts'
import type { MulticastLink } from './multicast-link.ts'

describe('multicast over UDP on loopback', () => {
  const links: MulticastLink[] = []

  afterEach(async () => {
    await Promise.all(links.splice(0).map((link) => link.close()))
  })

  const loopback = new BlockList()
  loopback.addSubnet('127.0.0.0', 8, 'ipv4')

  async function open(
    port: number,
    onPacket: (packet: Uint8Array, from: string) => void,
    subnets = loopback,
  ) {
    const base = { name: 'lo', family: 4 as const, address: '127.0.0.1', scopeId: 0 }
    const link = await udpLinks(port)({ ...base, subnets, onPacket, onBroken: () => {} })
    links.push(link)
    return link
  }

  it('carries a packet to everyone who joined, and to the sender', async () => {
    const port = await freeUdpPort('0.0.0.0')
    const heard: Promise<string>[] = []
    const listen = () => {
      const { promise, resolve } = Promise.withResolvers<string>()
      heard.push(raceSignal(promise, AbortSignal.timeout(5_000)))
      return (packet: Uint8Array, from: string): void => resolve(`${from} ${Buffer.from(packet).toString()}`)
    }
    const sender = await open(port, listen())
    await open(port, listen())
    sender.send(utf8('hello'))
    expect(await Promise.all(heard)).toEqual(['127.0.0.1 hello', '127.0.0.1 hello'])
  })

  it('hears nothing from outside the interface’s networks, nor from another port', async () => {
    const port = await freeUdpPort('0.0.0.0')
    const heard: string[] = []
    const elsewhere = new BlockList()
    elsewhere.addSubnet('10.0.0.0', 8, 'ipv4')
    await open(port, () => heard.push('a stranger'), elsewhere)
    const marker = Promise.withResolvers<void>()
    const sender = await open(port, (packet) => {
      heard.push(Buffer.from(packet).toString())
      marker.resolve()
    })
    const stray = createSocket('udp4')
    await new Promise<void>((resolve) => stray.send('from another port', port, '127.0.0.1', () => resolve()))
    stray.close()
    sender.send(utf8('marker'))
    await raceSignal(marker.promise, AbortSignal.timeout(5_000))
    expect(heard).toEqual(['marker'])
  })

  it('is closed for good, and closing twice or sending after is harmless', async () => {
    const port = await freeUdpPort('0.0.0.0')
    let heard = 0
    const link = await open(port, () => heard++)
    link.send(utf8('goodbye'))
    await link.close()
    await link.close()
    link.send(utf8('late'))
    // Nobody holds the port any more: it can be had exclusively.
    const socket = createSocket({ type: 'udp4', reuseAddr: false })
    await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(port, () => resolve()))
    await new Promise<void>((resolve) => socket.close(() => resolve()))
    expect(heard).toBeLessThanOrEqual(1)
  })

  it('rejects when the group cannot be joined, and leaves no socket', async () => {
    const port = await freeUdpPort('0.0.0.0')
    const base = { name: 'none', family: 4 as const, address: '203.0.113.7', scopeId: 0, subnets: loopback }
    await expect(udpLinks(port)({ ...base, onPacket: () => {}, onBroken: () => {} })).rejects.toThrow()
    const socket = createSocket({ type: 'udp4', reuseAddr: false })
    await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(port, () => resolve()))
    await new Promise<void>((resolve) => socket.close(() => resolve()))
  })
})
