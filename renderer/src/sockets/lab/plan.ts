import type { TFunction } from 'i18next'
import type { LabPlanView } from '../../../../src/contract/index.ts'

/** What a person chooses of a conversation; the rest follows from it. */
export interface PlanChoice {
  readonly type: LabPlanView['type']
  readonly program: LabPlanView['program']
  readonly domain: LabPlanView['domain']
  readonly port: number
  readonly reach: LabPlanView['reach']
}

export const FIRST_CHOICE: PlanChoice = {
  type: 'SOCK_STREAM',
  program: 'echo',
  domain: 'PF_INET',
  port: 6000,
  reach: 'loopback',
}

const BACKLOG = 5

export function planOf(choice: PlanChoice, t: TFunction): LabPlanView {
  const any = choice.reach === 'network'
  const address = choice.domain === 'PF_INET' ? (any ? '0.0.0.0' : '127.0.0.1') : any ? '::' : '::1'
  const hello = t('sockets.lab.lines.hello')
  return {
    ...choice,
    address,
    backlog: BACKLOG,
    lines:
      choice.program === 'echo'
        ? { client: [hello], server: [] }
        : {
            client: [hello, t('sockets.lab.lines.fine')],
            server: [t('sockets.lab.lines.hi'), t('sockets.lab.lines.thanks')],
          },
  }
}
