import { createHmac } from 'node:crypto'
import { fromUtf8, type Clock, type Random } from '../../../base/index.ts'
import { decodeBase64, logIn, type Login } from '../access/login.ts'
import type { Account, Accounts } from '../types.ts'
import { MAX_AUTHORIZATION_LENGTH, MAX_REMEMBERED, REMEMBERED_MS } from './limits.ts'

export interface CredentialsInit {
  readonly accounts: Accounts
  readonly clock: Clock
  readonly random: Random
}

/** Who asks, by HTTP's Basic scheme (RFC 7617). */
export class Credentials {
  readonly #init: CredentialsInit
  /** Keeps what is remembered from being a list of passwords. */
  readonly #key: Uint8Array
  readonly #remembered = new Map<string, { account: Account; until: number }>()

  constructor(init: CredentialsInit) {
    this.#init = init
    this.#key = init.random.bytes(32)
  }

  async check(authorization: string | undefined, source: string): Promise<Login> {
    const pair = decodeBasic(authorization)
    if (!pair) return { is: 'refused' }
    const mark = createHmac('sha256', this.#key).update(`${pair.name}\0${pair.password}`).digest('hex')
    const known = this.#remembered.get(mark)
    if (known && known.until > this.#init.clock.now() && this.#exists(known.account)) {
      return { is: 'account', account: known.account }
    }
    const login = await logIn(this.#init.accounts, pair.name, pair.password, source)
    if (login.is === 'account') this.#remember(mark, login.account)
    return login
  }

  #remember(mark: string, account: Account): void {
    this.#remembered.delete(mark)
    this.#remembered.set(mark, { account, until: this.#init.clock.now() + REMEMBERED_MS })
    if (this.#remembered.size > MAX_REMEMBERED) this.#remembered.delete(this.#remembered.keys().next().value!)
  }

  #exists({ name }: Account): boolean {
    return this.#init.accounts.list().some((account) => account.name === name)
  }
}

function decodeBasic(authorization: string | undefined): { name: string; password: string } | undefined {
  if (authorization === undefined || authorization.length > MAX_AUTHORIZATION_LENGTH) return undefined
  const [, coded] = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization) ?? []
  const bytes = coded === undefined ? undefined : decodeBase64(coded)
  const text = bytes && fromUtf8(bytes)
  const colon = text?.indexOf(':') ?? -1
  return text !== undefined && colon > 0
    ? { name: text.slice(0, colon), password: text.slice(colon + 1) }
    : undefined
}
