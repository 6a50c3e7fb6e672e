import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../src/transport/test-port.ts'
import type { ShoalProcess } from './cli-process.ts'
import type { Laptop, Room } from './room.ts'

export interface Listed {
  uid: number
  from: string
  subject: string
}

export interface MailServer {
  readonly process: ShoalProcess
  readonly ports: Readonly<Record<'http' | 'smtp' | 'pop3' | 'imap', number>>
}

const ANY_PORTS = ['http', 'dns', 'smtp', 'pop3', 'imap'].flatMap((name) => [`--${name}-port`, '0'])

/** A laptop that is found at the same place after each start, and by nothing but being told. */
async function laptopAtHome(room: Room, name: string): Promise<Laptop> {
  const listen = `/ip4/127.0.0.1/tcp/${await freePort()}`
  return room.laptop(name, { core: ['--no-mdns', '--no-dht', '--listen', listen] })
}

export async function serveMail(laptop: Laptop): Promise<MailServer> {
  const process = laptop.run(
    'server',
    '--only',
    'dns,mail',
    ...ANY_PORTS,
    '--json',
    '--name',
    laptop.name,
    ...laptop.core,
  )
  const { ports } = (await process.event('ready')) as unknown as MailServer
  return { process, ports }
}

/** Two laptops whose mail servers run, and which know each other. */
export async function twoServers(room: Room) {
  const [alpha, beta] = [await laptopAtHome(room, 'alpha'), await laptopAtHome(room, 'beta')]
  const servers = { alpha: await serveMail(alpha), beta: await serveMail(beta) }
  await meet(room, alpha, beta)
  return { alpha, beta, servers }
}

/** A note to its address, and one laptop knows the other. */
export async function meet(room: Room, one: Laptop, other: Laptop): Promise<void> {
  const file = join(await room.makeFolder('notes'), 'note')
  await writeFile(file, 'note')
  const sharing = other.run('share', file, '--json')
  const { addrs } = await sharing.event('ready')
  await sharing.interrupt()
  await one.ask('message', (addrs as string[])[0]!, 'hello')
}

export async function addAccount(
  laptop: Laptop,
  name: string,
): Promise<{ address: string; password: string }> {
  const [line] = await laptop.ask('mail', 'account', 'add', name)
  return line as unknown as { address: string; password: string }
}

export const inbox = async (laptop: Laptop, account: string): Promise<Listed[]> =>
  (await laptop.ask('mail', 'list', account)) as unknown as Listed[]

export async function until<T>(look: () => Promise<T>, isWanted: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await look()
    if (isWanted(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}
