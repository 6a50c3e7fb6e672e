import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { seededRandom, systemRandom, VirtualClock } from '../../../base/index.ts'
import { openPostFile } from '../office/database.ts'
import { AccountBook } from './accounts.ts'
import { FIRST_PAUSE_MS, FREE_FAILURES, FORGET_FAILURES_MS } from './limits.ts'
import { checkPassword, generatePassword, hashPassword } from './password.ts'
import { Turns } from './turns.ts'

function openBook() {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-accounts-'))
  const clock = new VirtualClock()
  let host = 'alpha.shoal.internal'
  let { database } = openPostFile(join(folder, 'post.db'), clock.wallNow())
  onTestFinished(() => {
    database.close()
    rmSync(folder, { recursive: true })
  })
  const book = () => new AccountBook({ database, clock, random: systemRandom, domain: () => host })
  return {
    folder,
    clock,
    book: book(),
    rename: (name: string) => (host = name),
    reopen: () => {
      database.close()
      database = openPostFile(join(folder, 'post.db'), clock.wallNow()).database
      return book()
    },
  }
}

describe('an account', () => {
  it('logs in by name or address with its password and with no other', async () => {
    const { book } = openBook()
    const { account, password } = await book.add('alice')
    expect(account.address).toBe('alice@alpha.shoal.internal')
    for (const login of ['alice', 'ALICE', 'alice@alpha.shoal.internal', 'Alice@ALPHA.shoal.internal'])
      expect(await book.verify(login, password, '127.0.0.1')).toMatchObject({
        is: 'account',
        account: { name: 'alice' },
      })
    for (const [login, guess] of [
      ['alice', `${password}x`],
      ['alice', ''],
      ['bob', password],
      ['alice@beta.shoal.internal', password],
      ['', password],
    ])
      expect(await book.verify(login!, guess!, `10.0.0.${guess!.length}`)).toEqual({ is: 'refused' })
  })

  it('is there after a restart, its password only as a hash', async () => {
    const opened = openBook()
    const { password } = await opened.book.add('alice')
    const again = opened.reopen()
    expect(again.list()).toMatchObject([{ name: 'alice', address: 'alice@alpha.shoal.internal' }])
    expect(await again.verify('alice', password, 'x')).toMatchObject({ is: 'account' })
    for (const file of readdirSync(opened.folder))
      expect(readFileSync(join(opened.folder, file)).includes(password)).toBe(false)
  })

  it('keeps its old address when the laptop is given another name', async () => {
    const opened = openBook()
    await opened.book.add('alice')
    opened.rename('omega.shoal.internal')
    const again = opened.reopen()
    expect(again.list()[0]?.address).toBe('alice@omega.shoal.internal')
    for (const host of ['alpha', 'omega'])
      expect(again.find(`Alice@${host}.shoal.internal`)).toMatchObject({ name: 'alice' })
    expect(again.find('alice@beta.shoal.internal')).toBeUndefined()
    expect(again.find('nobody@alpha.shoal.internal')).toBeUndefined()
  })

  it.each(['', 'a b', 'a@b', '.a', 'a.', 'a..b', 'Ünal', 'ALICE', 'a\r\nb', 'x'.repeat(49), '-'])(
    'is not made for the name %j',
    async (name) => {
      await expect(openBook().book.add(name)).rejects.toMatchObject({ code: 'bad-mail-address' })
    },
  )

  it('is made once for a name, even when asked for twice at the same moment', async () => {
    const { book } = openBook()
    const tries = await Promise.allSettled([book.add('alice'), book.add('alice'), book.add('postmaster')])
    expect(tries.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected'])
    await expect(book.add('bob', 'short')).rejects.toMatchObject({ code: 'bad-usage' })
    expect((await book.add('bob', 'long enough')).password).toBe('long enough')
  })
})

describe('guessing', () => {
  it('makes the guesser wait ever longer, also with the right password, and is forgotten in time', async () => {
    const { book, clock } = openBook()
    const { password } = await book.add('alice')
    for (let i = 0; i <= FREE_FAILURES; i++)
      expect(await book.verify(`nobody${i}`, 'x', '10.0.0.1')).toEqual({ is: 'refused' })
    expect(await book.verify('alice', password, '10.0.0.1')).toEqual({ is: 'wait', ms: FIRST_PAUSE_MS })
    expect(await book.verify('alice', password, '10.0.0.2')).toMatchObject({ is: 'account' })
    clock.advance(FIRST_PAUSE_MS)
    expect(await book.verify('alice', 'x', '10.0.0.1')).toEqual({ is: 'refused' })
    expect(await book.verify('alice', password, '10.0.0.1')).toEqual({ is: 'wait', ms: 2 * FIRST_PAUSE_MS })
    clock.advance(FORGET_FAILURES_MS + 1)
    expect(await book.verify('alice', password, '10.0.0.1')).toMatchObject({ is: 'account' })
  })

  it('of one account from many addresses is slowed down as well', async () => {
    const { book } = openBook()
    await book.add('alice')
    for (let i = 0; i <= FREE_FAILURES; i++) await book.verify('alice', 'x', `10.0.0.${i}`)
    expect(await book.verify('alice', 'x', '10.0.1.1')).toMatchObject({ is: 'wait' })
  })
})

describe('a password', () => {
  it('that is generated has letters nobody confuses, and is never the same', () => {
    const passwords = Array.from({ length: 200 }, (_, i) => generatePassword(seededRandom(i)))
    expect(new Set(passwords).size).toBe(200)
    for (const password of passwords)
      expect(password).toMatch(/^(?:[a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}$/)
  })

  it('is the same however its letters are composed', async () => {
    const secret = await hashPassword('caf\u00e9 12', systemRandom)
    expect(await checkPassword('cafe\u0301 12', secret)).toBe(true)
    expect(await checkPassword('cafe 12', secret)).toBe(false)
  })
})

describe('turns', () => {
  it('are so many at once, in order, and not for a crowd', async () => {
    const turns = new Turns(1, 2)
    const order: number[] = []
    const work = (n: number) => turns.take(async () => void order.push(n))
    const outcomes = await Promise.allSettled([work(1), work(2), work(3), work(4)])
    expect(order).toEqual([1, 2, 3])
    expect(outcomes[3]).toMatchObject({ reason: { code: 'rate-limited' } })
    await work(5)
    expect(order.at(-1)).toBe(5)
  })
})
