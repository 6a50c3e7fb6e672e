import { routeTo } from '../../shell/route.ts'

/** What of the mail is looked at. */
export interface MailRoute {
  readonly account: string | undefined
  readonly view: 'folder' | 'queue'
  readonly folder: string
  readonly uid: number | undefined
}

const HERE = 'mail'
/** No folder begins with it: it stands where a folder's name does. */
const QUEUE = '@queue'

/** The part of the Messages page's address that is about mail; undefined when it is about direct messages. */
export function parseMailRoute(rest: string | undefined): MailRoute | undefined {
  const [here, account, folder = 'INBOX', uid] = (rest ?? '').split('/')
  if (here !== HERE) return undefined
  const number = /^[1-9]\d{0,9}$/.test(uid ?? '') ? Number(uid) : undefined
  return {
    account: account === '' ? undefined : account,
    view: folder === QUEUE ? 'queue' : 'folder',
    folder,
    uid: number,
  }
}

export function mailHref(to: { account?: string; folder?: string; uid?: number } = {}): string {
  const { account, folder, uid } = to
  const parts = [HERE, account, account === undefined ? undefined : folder, uid]
  return routeTo('messages', parts.filter((part) => part !== undefined).join('/'))
}

export function queueHref(account: string): string {
  return mailHref({ account, folder: QUEUE })
}
