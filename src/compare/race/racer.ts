/** What a racer runs: one laptop of a race, a process of its own behind its own link. */
import { rmSync } from 'node:fs'
import { systemClock, toShoalError } from '../../base/index.ts'
import { shapeProcess, type ShapedProcess } from '../../transport/links/index.ts'
import { CPU_EVERY, SAMPLE_MS } from '../limits.ts'
import { AirClient } from './air-client.ts'
import type { RacerOptions, RacerOrder, RacerSample, RoleOrder } from './messages.ts'
import { openRaceChannel } from './race-channel.ts'
import { meter, probe } from './roles/meter-role.ts'
import { httpClient, httpServer } from './roles/http-role.ts'
import type { Role } from './roles/role.ts'
import { swarmPeer, swarmSource } from './roles/swarm-role.ts'

class Racer {
  readonly #link: ShapedProcess
  readonly #air: AirClient | undefined
  #role: Role | undefined
  #stopSampling: () => void = () => {}
  #samples = 0

  constructor(options: RacerOptions) {
    this.#air = options.sharesAir ? new AirClient((bytes) => tell({ is: 'air', bytes })) : undefined
    this.#link = shapeProcess({ up: 0, down: 0 }, systemClock, this.#air)
  }

  async take(order: RacerOrder): Promise<void> {
    switch (order.do) {
      case 'prepare':
        this.#role = await roleOf(order.role)
        return this.#tellPrepared(this.#role)
      case 'meet':
        await this.#role!.meet?.(order.others)
        return tell({ is: 'met' })
      case 'link':
        return this.#link.change(order.link)
      case 'go':
        return this.#go()
      case 'finish':
        return this.#finish()
      case 'air':
        return this.#air?.granted(order.bytes)
    }
  }

  #tellPrepared({ offer, peerId, addresses = [] }: Role): void {
    tell({ is: 'prepared', offer, peerId, addresses })
  }

  async #go(): Promise<void> {
    const role = this.#role!
    const tellSample = (): void => {
      // Asking the system costs more than all the rest of a sample.
      const withCpu = this.#samples++ % CPU_EVERY === 0
      tell({ is: 'sample', sample: this.#sample(withCpu) })
    }
    this.#samples = 0
    tellSample()
    this.#stopSampling = systemClock.every(SAMPLE_MS, tellSample)
    try {
      await role.go()
    } catch (error) {
      // Ended before it had everything.
      if (this.#role !== role) return
      throw error
    }
    if (role.offer !== null) return
    if (role.rates) return tell({ is: 'probed', ...role.rates() })
    const at = now()
    const lastByteAt = performance.timeOrigin + this.#link.counters().lastBulkAt
    tell({ is: 'complete', at, lastByteAt, sample: this.#sample() })
  }

  async #finish(): Promise<void> {
    this.#stopSampling()
    const sample = this.#sample()
    const role = this.#role
    this.#role = undefined
    await role?.stop()
    tell({ is: 'finished', sample })
  }

  #sample(withCpu = true): RacerSample {
    const { sent, received } = this.#link.counters()
    const { sent: payloadSent, received: payloadReceived } = this.#role!.payload()
    const cpu = withCpu ? cpuTime() : null
    return { at: now(), sent, received, payloadSent, payloadReceived, cpu, held: this.#role!.held() }
  }
}

async function roleOf(order: RoleOrder): Promise<Role> {
  switch (order.is) {
    case 'source':
      return swarmSource(order)
    case 'server':
      return httpServer(order)
    case 'meter':
      return meter(order)
    case 'getter': {
      const { offer, dir } = order
      if (offer.is === 'swarm') return swarmPeer(dir, offer, order)
      return offer.is === 'server' ? httpClient(dir, offer, order) : probe(offer)
    }
  }
}

function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** On the clock that all racers and the race share: this machine's. */
function now(): number {
  return performance.timeOrigin + performance.now()
}

const options = JSON.parse(process.argv[2]!) as RacerOptions
const racer = new Racer(options)
const tell = await openRaceChannel({
  onOrder: (order) => {
    racer.take(order).catch((error: unknown) => {
      const { code, message } = toShoalError(error)
      tell({ is: 'failed', code, message })
    })
  },
  // Nobody else would clean up.
  onGone: () => {
    rmSync(options.dir, { recursive: true, force: true, maxRetries: 3 })
    process.exit()
  },
})
tell({ is: 'started' })
