import { dataLength } from './data.ts'
import type { EndLink, StartEnd } from './end-link.ts'
import { refusalOf, type LabReach } from './guard.ts'
import { MAX_STEPS } from './limits.ts'
import type { EndReport, LabCall, LabDescriptor, LabStep, LabStepState, Refusal } from './types.ts'

/** Who starts the conversation is the client, who waits to be contacted is the server. */
export type LabRole = 'server' | 'client'

export type EndProcess =
  | { readonly is: 'not-started' }
  | { readonly is: 'starting' }
  | { readonly is: 'running'; readonly pid: number }
  | { readonly is: 'ended'; readonly why: 'died' | 'no-system-calls' }

export interface LabEndView {
  readonly id: string
  readonly role: LabRole
  readonly process: EndProcess
  readonly steps: readonly LabStep[]
  readonly descriptors: readonly LabDescriptor[]
}

export interface LabEndInit {
  readonly id: string
  readonly role: LabRole
  readonly reach: LabReach
  readonly start: StartEnd
  /** Broadcast addresses of this laptop's networks. */
  readonly broadcasts: () => readonly string[]
  /** Takes from what the lab may send in all; false when it is used up. */
  readonly spend: (bytes: number) => boolean
  readonly onChange: () => void
}

/** One process of a lab and the calls it was told to make. It is started by its first call. */
export class LabEnd {
  readonly #init: LabEndInit
  #link: EndLink | undefined
  #process: EndProcess = { is: 'not-started' }
  #steps: LabStep[] = []
  #descriptors: readonly LabDescriptor[] = []
  #waiting: LabStep[] = []
  #closed = false

  constructor(init: LabEndInit) {
    this.#init = init
  }

  view(): LabEndView {
    const { id, role } = this.#init
    return { id, role, process: this.#process, steps: this.#steps, descriptors: this.#descriptors }
  }

  /** Makes a call; how it goes is seen in the view. Gives the step's number. */
  call(call: LabCall): number {
    const id = this.#steps.length
    const refusal = this.#refusal(call)
    const step: LabStep = { id, call, state: refusal ? { is: 'refused', why: refusal } : { is: 'running' } }
    if (refusal !== 'too-many-steps') this.#steps = [...this.#steps, step]
    if (!refusal) this.#make(step)
    this.#init.onChange()
    return id
  }

  /** Lets the process out of the call it waits in. */
  interrupt(): void {
    this.#link?.send({ is: 'interrupt' })
  }

  async kill(): Promise<void> {
    this.#closed = true
    await this.#link?.kill()
  }

  #refusal(call: LabCall): Refusal | undefined {
    if (this.#closed || this.#process.is === 'ended') return 'process-ended'
    if (this.#steps.length >= MAX_STEPS) return 'too-many-steps'
    const last = this.#steps.at(-1)
    if (last?.state.is === 'running' || last?.state.is === 'blocked') return 'process-blocked'
    const refusal = refusalOf(call, this.#init.reach, this.#init.broadcasts())
    if (refusal) return refusal
    const bytes = 'data' in call ? dataLength(call.data) : 0
    return this.#init.spend(bytes) ? undefined : 'too-many-bytes'
  }

  #make(step: LabStep): void {
    if (this.#process.is === 'running') return this.#link!.send({ is: 'call', id: step.id, call: step.call })
    this.#waiting.push(step)
    if (this.#link) return
    this.#process = { is: 'starting' }
    this.#link = this.#init.start(this.#init.reach, {
      onReport: (report) => this.#report(report),
      onExit: () => this.#ended('died'),
    })
  }

  #report(report: EndReport): void {
    if (this.#closed) return
    switch (report.is) {
      case 'ready':
        this.#ready(report)
        break
      case 'step':
        this.#set(report.id, report.state)
        this.#descriptors = report.descriptors
        break
    }
    this.#init.onChange()
  }

  #ready(report: Extract<EndReport, { is: 'ready' }>): void {
    if (report.calls === 'none') {
      this.#ended('no-system-calls')
      return void this.#link?.kill()
    }
    this.#process = { is: 'running', pid: report.pid }
    for (const { id, call } of this.#waiting.splice(0)) this.#link!.send({ is: 'call', id, call })
  }

  #ended(why: 'died' | 'no-system-calls'): void {
    if (this.#closed || this.#process.is === 'ended') return
    this.#process = { is: 'ended', why }
    this.#descriptors = []
    this.#steps = this.#steps.map((step) =>
      step.state.is === 'running' || step.state.is === 'blocked'
        ? { ...step, state: { is: 'refused', why: 'process-ended' } }
        : step,
    )
    this.#init.onChange()
  }

  #set(id: number, state: LabStepState): void {
    this.#steps = this.#steps.map((step) => (step.id === id ? { ...step, state } : step))
  }
}
