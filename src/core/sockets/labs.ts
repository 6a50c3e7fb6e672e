import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os'
import { ShoalError, toHex, type Clock, type Random } from '../../base/index.ts'
import type { LabPlanView, LabView } from '../../contract/index.ts'
import {
  broadcastOf,
  codeOf,
  Lab,
  MAX_LABS,
  nextCall,
  serverAddress,
  startEnd,
  type CodeLanguage,
  type LabCall,
  type StartEnd,
} from '../../transport/lab/index.ts'
import { readSocketTable } from '../../transport/sockets/index.ts'
import { watchChanges } from '../view/watch-changes.ts'

interface LabsInit {
  readonly clock: Clock
  readonly random: Random
  readonly start?: StartEnd
}

/** Labs that are open now. Each belongs to whoever watches it, and ends with the watching. */
export class Labs {
  readonly #init: LabsInit
  readonly #open = new Map<string, { lab: Lab; plan: LabPlanView }>()

  constructor(init: LabsInit) {
    this.#init = init
  }

  get size(): number {
    return this.#open.size
  }

  /** Opens a lab and tells how it stands, until the signal fires. Throws `too-large` when there are too many. */
  async *open(plan: LabPlanView, signal?: AbortSignal): AsyncGenerator<LabView> {
    if (this.#open.size >= MAX_LABS)
      throw new ShoalError('too-large', `at most ${MAX_LABS} labs are open at once`)
    const id = toHex(this.#init.random.bytes(8))
    const lab = new Lab({
      reach: plan.reach,
      clock: this.#init.clock,
      start: this.#init.start ?? startEnd,
      readTable: readSocketTable,
      broadcasts,
    })
    this.#open.set(id, { lab, plan })
    try {
      yield* watchChanges(lab.events, () => labView(id, lab, plan), signal)
    } finally {
      this.#open.delete(id)
      await lab.close()
    }
  }

  call(id: string, end: string, call: LabCall): number {
    return this.#lab(id).call(end, call)
  }

  interrupt(id: string, end: string): void {
    this.#lab(id).interrupt(end)
  }

  addClient(id: string): string {
    return this.#lab(id).addEnd('client')
  }

  /** What a process did, as a program. */
  code(id: string, end: string, language: CodeLanguage): string {
    const steps = this.#lab(id)
      .view()
      .ends.find((each) => each.id === end)?.steps
    if (!steps) throw new ShoalError('not-found', 'there is no such process in this lab')
    return codeOf(steps, language)
  }

  async close(): Promise<void> {
    const open = [...this.#open.values()]
    this.#open.clear()
    await Promise.all(open.map(({ lab }) => lab.close()))
  }

  #lab(id: string): Lab {
    const found = this.#open.get(id)
    if (!found) throw new ShoalError('not-found', 'this lab is closed')
    return found.lab
  }
}

function labView(id: string, lab: Lab, plan: LabPlanView): LabView {
  const { reach, ends, table, bytesLeft } = lab.view()
  const server = serverAddress(ends)
  return {
    lab: id,
    reach,
    addresses: { PF_INET: addresses('IPv4', reach), PF_INET6: addresses('IPv6', reach) },
    ends: ends.map((end) => ({
      ...end,
      steps: [...end.steps],
      descriptors: [...end.descriptors],
      next: nextCall(end, plan, server) ?? null,
    })),
    table: { source: table.source, rows: [...table.rows] },
    bytesLeft,
  }
}

/** What a socket may be bound to: loopback, and where it was asked for every address and each of this laptop's own. */
function addresses(family: 'IPv4' | 'IPv6', reach: LabPlanView['reach']): string[] {
  const [any, loopback] = family === 'IPv4' ? ['0.0.0.0', '127.0.0.1'] : ['::', '::1']
  if (reach === 'loopback') return [loopback]
  // Link-local addresses need a zone, which a typed address does not have here.
  const own = interfaces().filter(
    (each) => each.family === family && !each.internal && !each.address.toLowerCase().startsWith('fe80:'),
  )
  return [any, ...own.map(({ address }) => address), loopback]
}

function broadcasts(): string[] {
  return interfaces()
    .filter(({ family, netmask }) => family === 'IPv4' && netmask !== '255.255.255.255')
    .map(({ address, netmask }) => broadcastOf(address, netmask))
}

function interfaces(): NetworkInterfaceInfo[] {
  return Object.values(networkInterfaces()).flatMap((list) => list ?? [])
}
