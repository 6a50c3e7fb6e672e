import { describe, expect, it } from 'vitest'
import { labCallSchema, type LabPlanView } from '../../../../src/contract/index.ts'
import { callText, endText, networkOrder } from './call-text.ts'
import { CALL_NAMES, callOf, draftOf, failedCall } from './draft.ts'

const PLAN: LabPlanView = {
  reach: 'loopback',
  program: 'echo',
  domain: 'PF_INET',
  type: 'SOCK_STREAM',
  address: '127.0.0.1',
  port: 6000,
  backlog: 5,
  lines: { client: ['Hello'], server: [] },
}
const OPEN = [
  {
    sockfd: 21,
    domain: 'PF_INET',
    type: 'SOCK_STREAM',
    role: 'socket',
    local: null,
    remote: null,
    sent: 0,
    received: 0,
  },
] as const

describe('the form of a call', () => {
  it.each(CALL_NAMES)('makes a whole %s of what it holds', (name) => {
    const call = callOf({ ...draftOf(null, PLAN, OPEN), call: name })
    expect(labCallSchema.parse(call)).toEqual(call)
    expect(call?.call).toBe(name)
  })

  it('is filled with the suggested call, and gives it back unchanged', () => {
    const suggested = {
      call: 'sendto',
      sockfd: 21,
      data: { is: 'text', text: '안녕' },
      address: '127.0.0.9',
      port: 7000,
    } as const
    expect(callOf(draftOf(suggested, PLAN, OPEN))).toEqual(suggested)
  })

  it('sends filler when it has a number of bytes, else the text', () => {
    const draft = { ...draftOf(null, PLAN, OPEN), call: 'write' as const }
    expect(callOf({ ...draft, filler: 70_000 })).toMatchObject({ data: { is: 'filler', bytes: 70_000 } })
    expect(callOf(draft)).toMatchObject({ data: { is: 'text', text: 'Hello' } })
  })

  it('holds a call that failed, so that it can be corrected; not one that was done or waits', () => {
    const call = { call: 'accept', sockfd: 21 } as const
    const step = (is: 'interrupted' | 'blocked') => ({ steps: [{ id: 0, call, state: { is } as const }] })
    expect(failedCall(step('interrupted'))).toEqual(call)
    expect(failedCall(step('blocked'))).toBeNull()
    expect(failedCall({ steps: [] })).toBeNull()
  })

  it('makes nothing that needs a socket while there is none', () => {
    expect(callOf({ ...draftOf(null, PLAN, []), call: 'close' })).toBeUndefined()
    expect(callOf(draftOf(null, PLAN, []))).toMatchObject({ call: 'socket' })
  })
})

describe('a call in words of C', () => {
  it.each([
    [
      { call: 'socket', domain: 'PF_INET6', type: 'SOCK_DGRAM', protocol: 0 },
      'socket(PF_INET6, SOCK_DGRAM, 0)',
    ],
    [
      { call: 'bind', sockfd: 3, address: '0.0.0.0', port: 6000 },
      'bind(3, {AF_INET, htons(6000), INADDR_ANY}, 16)',
    ],
    [{ call: 'connect', sockfd: 3, address: '::1', port: 80 }, 'connect(3, {AF_INET6, htons(80), ::1}, 28)'],
    [{ call: 'write', sockfd: 4, data: { is: 'text', text: '안"녕' } }, 'write(4, "안\\"녕", 7)'],
    [{ call: 'shutdown', sockfd: 4, how: 'SHUT_WR' }, 'shutdown(4, SHUT_WR)'],
  ] as const)('%j', (call, text) => {
    expect(callText(call)).toBe(text)
  })

  it('has addresses with brackets for IPv6, and ports in network order', () => {
    expect(endText({ address: '::1', port: 9 })).toBe('[::1]:9')
    expect(networkOrder(6000)).toBe('17 70')
  })
})
