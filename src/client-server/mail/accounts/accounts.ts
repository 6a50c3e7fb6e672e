import { createHmac } from 'node:crypto'
import { ShoalError, type Clock, type Random } from '../../../base/index.ts'
import type { Database, Row } from '../../../store/database.ts'
import { mailboxKey, parseAddress } from '../address/index.ts'
import type { Account, Accounts, LoginResult } from '../types.ts'
import { Failures } from './failures.ts'
import {
  CHECKS_AT_ONCE,
  MAX_ACCOUNT_NAME_LENGTH,
  MAX_ACCOUNTS,
  MAX_LOGIN_LENGTH,
  MAX_PASSWORD_LENGTH,
  MAX_WAITING_CHECKS,
  MIN_PASSWORD_LENGTH,
  REMEMBER_LOGIN_MS,
} from './limits.ts'
import { checkPassword, generatePassword, hashPassword } from './password.ts'
import { Turns } from './turns.ts'

export interface AccountsInit {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  /** The domain of new addresses: what the laptop is called now, below shoal.internal. */
  readonly domain: () => string
}

const NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/

interface Known extends Account {
  readonly secret: string
}

/** Who has a mailbox here, kept in SQLite; passwords as scrypt hashes alone. */
export class AccountBook implements Accounts {
  readonly #init: AccountsInit
  readonly #byName = new Map<string, Omit<Known, 'address'>>()
  readonly #domains = new Set<string>()
  readonly #sources: Failures
  readonly #names: Failures
  readonly #turns = new Turns(CHECKS_AT_ONCE, MAX_WAITING_CHECKS)
  /** Proofs of logins that succeeded, under a key that dies with the process. */
  readonly #recent = new Map<string, { proof: string; until: number }>()
  readonly #proofKey: Uint8Array
  #decoy: string | undefined

  constructor(init: AccountsInit) {
    this.#init = init
    this.#sources = new Failures(init.clock)
    this.#names = new Failures(init.clock)
    this.#proofKey = init.random.bytes(32)
    for (const row of init.database.all('SELECT * FROM accounts')) {
      const account = readAccount(row)
      this.#byName.set(account.name, account)
    }
    for (const row of init.database.all('SELECT domain FROM domains'))
      this.#domains.add(String(row['domain']))
  }

  list(): readonly Account[] {
    return [...this.#byName.values()]
      .toSorted((a, b) => a.createdAt - b.createdAt || (a.name < b.name ? -1 : 1))
      .map((account) => this.#withAddress(account))
  }

  get(name: string): Account | undefined {
    const account = this.#byName.get(mailboxKey(name))
    return account && this.#withAddress(account)
  }

  find(address: string): Account | undefined {
    const parsed = parseAddress(address, { utf8: true })
    return parsed && this.isLocalDomain(parsed.domain) ? this.get(parsed.local) : undefined
  }

  /** The laptop's present name, and every one it had when an account was made: people go on writing to those. */
  isLocalDomain(domain: string): boolean {
    const lower = domain.toLowerCase()
    return lower === this.#init.domain().toLowerCase() || this.#domains.has(lower)
  }

  /**
   * Makes an account; the password (generated unless one is given) is never shown again. Throws `bad-mail-address` for a name that
   * cannot be one, `bad-usage` when it is taken or the password is too short.
   */
  async add(name: string, given?: string): Promise<{ account: Account; password: string }> {
    this.#checkNew(name)
    if (given !== undefined && (given.length < MIN_PASSWORD_LENGTH || given.length > MAX_PASSWORD_LENGTH))
      throw new ShoalError('bad-usage', `a password has at least ${MIN_PASSWORD_LENGTH} characters`)
    const { random, clock, database } = this.#init
    const password = given ?? generatePassword(random)
    const account = { name, secret: await hashPassword(password, random), createdAt: clock.wallNow() }
    this.#checkNew(name)
    const domain = this.#init.domain().toLowerCase()
    database.transaction(() => {
      const { secret, createdAt } = account
      database.run(
        'INSERT INTO accounts (name, secret, created_at) VALUES (?, ?, ?)',
        name,
        secret,
        createdAt,
      )
      database.run('INSERT OR IGNORE INTO domains (domain) VALUES (?)', domain)
    })
    this.#domains.add(domain)
    this.#byName.set(name, account)
    return { account: this.#withAddress(account), password }
  }

  async verify(login: string, password: string, source: string): Promise<LoginResult> {
    const name = this.#nameOf(login)
    const wait = Math.max(this.#sources.pause(source), name === undefined ? 0 : this.#names.pause(name))
    if (wait > 0) return { is: 'wait', ms: wait }
    const account = name === undefined ? undefined : this.#byName.get(name)
    if (password.length <= MAX_PASSWORD_LENGTH && (await this.#matches(account, password))) {
      this.#sources.succeeded(source)
      this.#names.succeeded(account!.name)
      return { is: 'account', account: this.#withAddress(account!) }
    }
    this.#sources.failed(source)
    if (account) this.#names.failed(account.name)
    return { is: 'refused' }
  }

  #checkNew(name: string): void {
    if (name.length > MAX_ACCOUNT_NAME_LENGTH || !NAME.test(name) || name.includes('..'))
      throw new ShoalError(
        'bad-mail-address',
        `not a name for a mailbox: "${name.slice(0, 64)}" (small letters, digits, . _ -)`,
        {
          data: { address: name.slice(0, 64) },
        },
      )
    if (this.#byName.has(name) || name === 'postmaster')
      throw new ShoalError('bad-usage', `there is already an account "${name}"`)
    if (this.#byName.size >= MAX_ACCOUNTS)
      throw new ShoalError('too-large', `no more than ${MAX_ACCOUNTS} accounts`)
  }

  /** A login is an account's name or one of its addresses. */
  #nameOf(login: string): string | undefined {
    if (login.length > MAX_LOGIN_LENGTH) return undefined
    if (!login.includes('@')) return mailboxKey(login)
    const address = parseAddress(login, { utf8: true })
    return address && this.isLocalDomain(address.domain) ? mailboxKey(address.local) : undefined
  }

  /** For nobody's name as much is computed as for somebody's. */
  async #matches(account: Omit<Known, 'address'> | undefined, password: string): Promise<boolean> {
    const proof = createHmac('sha256', this.#proofKey)
      .update(`${account?.name}\0${password}`)
      .digest('base64')
    if (account && this.#isRecent(account.name, proof)) return true
    const secret = account?.secret ?? (this.#decoy ??= await hashPassword('', this.#init.random))
    const isRight = (await this.#turns.take(() => checkPassword(password, secret))) && account !== undefined
    if (isRight) this.#recent.set(account.name, { proof, until: this.#init.clock.now() + REMEMBER_LOGIN_MS })
    return isRight
  }

  #isRecent(name: string, proof: string): boolean {
    const known = this.#recent.get(name)
    return known !== undefined && known.proof === proof && known.until > this.#init.clock.now()
  }

  #withAddress({ name, createdAt }: Omit<Known, 'address'>): Account {
    return { name, address: `${name}@${this.#init.domain()}`, createdAt }
  }
}

function readAccount(row: Row): Omit<Known, 'address'> {
  return { name: String(row['name']), secret: String(row['secret']), createdAt: Number(row['created_at']) }
}
