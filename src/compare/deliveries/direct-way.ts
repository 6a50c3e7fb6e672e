import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import { silentLogger } from '../../base/index.ts'
import { Messenger, type Recipient } from '../../peer-to-peer/messages/index.ts'
import { createIdentity, createNode, type Identity, type ShoalNode } from '../../peer-to-peer/node/index.ts'
import { DIAL_MS } from './limits.ts'
import type { Arrived } from './way.ts'

interface Laptop {
  readonly node: ShoalNode
  readonly messenger: Messenger
}

const ANY_PORT = '/ip4/127.0.0.1/tcp/0'

/** Direct messages from Alice to Bob: laptop to laptop, now or not at all. No server takes part. */
export class DirectWay {
  readonly #recipient: Recipient
  readonly #alice: Laptop
  readonly #bobsIdentity: Identity
  #bob: Laptop | undefined
  #bobsAddress: Multiaddr = multiaddr(ANY_PORT)

  private constructor(alice: Laptop, bobsIdentity: Identity, recipient: Recipient) {
    this.#alice = alice
    this.#bobsIdentity = bobsIdentity
    this.#recipient = recipient
  }

  static async open(arrived: Arrived): Promise<DirectWay> {
    const recipient: Recipient = {
      wants: () => true,
      knows: () => true,
      take: (_from, message) => {
        if (message.is === 'note') arrived(Number(message.text))
      },
    }
    const alice = await openLaptop(await createIdentity(), multiaddr(ANY_PORT), recipient)
    const way = new DirectWay(alice, await createIdentity(), recipient)
    try {
      await way.wake()
      return way
    } catch (error) {
      await way.stop()
      throw error
    }
  }

  async stop(): Promise<void> {
    await Promise.all([closeLaptop(this.#alice), this.sleep()])
  }

  /** Once; a message that finds nobody is lost, and its sender knows. */
  async send(number: number): Promise<void> {
    const signal = AbortSignal.timeout(DIAL_MS)
    const id = number.toString(16).padStart(32, '0')
    const connection = await this.#alice.node.dial(this.#bobsAddress, { signal })
    await this.#alice.messenger.send(connection, { is: 'note', id, text: String(number) }, { signal })
  }

  /** Bob's laptop is back, as who it was and where it was. */
  async wake(): Promise<void> {
    const where = this.#bobsAddress.toString().replace(/\/p2p\/.*/, '')
    this.#bob = await openLaptop(this.#bobsIdentity, multiaddr(where), this.#recipient)
    this.#bobsAddress = this.#bob.node.addresses()[0]!
  }

  async sleep(): Promise<void> {
    const bob = this.#bob
    this.#bob = undefined
    if (bob) await closeLaptop(bob)
  }
}

async function openLaptop(identity: Identity, address: Multiaddr, recipient: Recipient): Promise<Laptop> {
  const listen = { addresses: [address.toString()] }
  const node = await createNode({ identity, listen, dht: false, log: silentLogger })
  const messenger = new Messenger({ network: node, recipient })
  await messenger.start()
  return { node, messenger }
}

async function closeLaptop({ node, messenger }: Laptop): Promise<void> {
  await messenger.stop()
  await node.stop()
}
