import { expect } from 'vitest'
import { systemClock } from '../../base/index.ts'
import { readSocketTable } from '../sockets/index.ts'
import { startEnd } from './end-link.ts'
import type { LabReach } from './guard.ts'
import { Lab, type LabView } from './lab.ts'
import type { LabCall, LabResult, LabStepState } from './types.ts'

export const LOOPBACK = '127.0.0.1'

/** A lab with real processes on this machine. */
export function createTestLab(reach: LabReach = 'loopback', broadcasts: readonly string[] = []): Lab {
  return new Lab({
    reach,
    clock: systemClock,
    start: startEnd,
    readTable: readSocketTable,
    broadcasts: () => broadcasts,
  })
}

/** Waits for a view that is as wanted, looking at every change. */
export function when(lab: Lab, wanted: (view: LabView) => boolean): Promise<LabView> {
  return new Promise((resolve) => {
    const look = (): void => {
      const view = lab.view()
      if (!wanted(view)) return
      remove()
      resolve(view)
    }
    const remove = lab.events.on('changed', look)
    look()
  })
}

export function stateOf(view: LabView, end: string, step: number): LabStepState {
  return view.ends.find(({ id }) => id === end)!.steps[step]!.state
}

/** Makes a call and waits for how it ends. */
export async function settle(lab: Lab, end: string, call: LabCall): Promise<LabStepState> {
  const step = lab.call(end, call)
  const over = await when(lab, (view) => !['running', 'blocked'].includes(stateOf(view, end, step).is))
  return stateOf(over, end, step)
}

/** Makes a call that must succeed. */
export async function done(lab: Lab, end: string, call: LabCall): Promise<LabResult> {
  const state = await settle(lab, end, call)
  expect(state, JSON.stringify(call)).toMatchObject({ is: 'done' })
  return (state as Extract<LabStepState, { is: 'done' }>).result
}

/** Makes a call that must wait, and gives a promise of its result. */
export async function blocked(lab: Lab, end: string, call: LabCall): Promise<() => Promise<LabStepState>> {
  const step = lab.call(end, call)
  await when(lab, (view) => stateOf(view, end, step).is === 'blocked')
  return async () => {
    const view = await when(lab, (view) => stateOf(view, end, step).is !== 'blocked')
    return stateOf(view, end, step)
  }
}

export const text = (value: string): { is: 'text'; text: string } => ({ is: 'text', text: value })

export const STREAM = { call: 'socket', domain: 'PF_INET', type: 'SOCK_STREAM', protocol: 0 } as const
export const DATAGRAM = { ...STREAM, type: 'SOCK_DGRAM' } as const

/** A server that listens on a port the kernel chose. */
export async function listening(lab: Lab, backlog = 5): Promise<{ sockfd: number; port: number }> {
  const { value: sockfd } = await done(lab, 'server', STREAM)
  await done(lab, 'server', { call: 'bind', sockfd, address: LOOPBACK, port: 0 })
  await done(lab, 'server', { call: 'listen', sockfd, backlog })
  const port = lab.view().ends[0]!.descriptors[0]!.local!.port
  return { sockfd, port }
}
