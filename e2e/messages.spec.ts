// Direct messages as people send them: cores of their own, the page of each in a browser of its own.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { CoreProcess } from './core-process.ts'
import { expect, expectAccessible, test } from './fixtures.ts'

async function go(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('navigation').first().getByRole('link', { name }).click()
}

/** A core that others reach at a known address, on this machine alone. */
async function reachable(): Promise<{ address: string; args: string[] }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const args = ['--no-mdns', '--no-dht', '--listen', `/ip4/127.0.0.1/tcp/${port}`]
  return { address: `127.0.0.1:${port}`, args }
}

/** Tells one core of another, as a person does who types an address. */
async function connect(page: Page, address: string): Promise<void> {
  await go(page, /^Nearby/)
  await page.getByRole('textbox', { name: /address/i }).fill(address)
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(page.getByText('Connected').first()).toBeVisible()
}

async function openConversation(page: Page, name: string): Promise<void> {
  await go(page, /^Messages/)
  await page
    .getByRole('navigation', { name: 'People' })
    .getByRole('link', { name: new RegExp(name) })
    .click()
  await expect(page.getByRole('heading', { name, level: 2 })).toBeVisible()
}

async function write(page: Page, to: string, text: string): Promise<void> {
  const box = page.getByRole('textbox', { name: `Message to ${to}` })
  await box.fill(text)
  await box.press('Enter')
  await expect(box).toHaveValue('')
}

const said = (page: Page, text: string) => page.getByRole('log').getByText(text, { exact: true })

async function attachFile(page: Page, path: string): Promise<void> {
  await page.getByRole('button', { name: 'Attach' }).click()
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('menuitem', { name: 'File …' }).click()
  await (await chooser).setFiles(path)
}

test('two people talk, compare words, and one click downloads what is offered', async ({
  folder,
  core,
  open,
}) => {
  const { address, args } = await reachable()
  const [alice, bob] = [await core('Alice', args), await core('Bob')]
  const [a, b] = [await open(alice), await open(bob)]
  await connect(b, address)

  await openConversation(a, 'Bob')
  await write(a, 'Bob', '안녕 Bob,\nare you there?')
  await expect(a.getByRole('log').getByText('Delivered')).toBeVisible()
  // Bob looks at another page: the navigation tells him.
  await expect(b.getByRole('img', { name: '1 unread message' }).first()).toBeVisible()
  await openConversation(b, 'Alice')
  await expect(said(b, '안녕 Bob,\nare you there?')).toBeVisible()
  await expect(b.getByRole('img', { name: /unread/ })).toHaveCount(0)
  await write(b, 'Alice', 'Yes, here.')
  await expect(said(a, 'Yes, here.')).toBeVisible()

  await a.getByText('Is it really Bob?').click()
  await b.getByText('Is it really Alice?').click()
  const words = (page: Page, term: string) => page.locator(`dt:has-text("${term}") + dd`).textContent()
  expect(await words(a, 'Words of Bob')).toBe(await words(b, 'Words of this laptop'))
  expect(await words(b, 'Words of Alice')).toBe(await words(a, 'Words of this laptop'))
  await a.getByRole('button', { name: 'The words match' }).click()
  await expect(a.getByText('Words compared')).toBeVisible()

  await a.getByRole('radio', { name: 'Mail' }).check()
  await expect(a.getByText('Mail needs a mailbox of your own.')).toBeVisible()
  await expectAccessible(a)
  await a.getByRole('radio', { name: 'Direct' }).check()

  const path = join(folder, '강의 노트.pdf')
  const bytes = randomBytes(2_000_000)
  await writeFile(path, bytes)
  await attachFile(a, path)
  await expect(a.getByText('Attached: 강의 노트.pdf')).toBeVisible()
  await write(a, 'Bob', 'For tomorrow:')
  await expect(said(b, 'For tomorrow:')).toBeVisible()
  await expectAccessible(b)
  await b.getByRole('button', { name: 'Download “강의 노트.pdf” from Alice' }).click()
  await expect(b.getByText('You have it')).toBeVisible()
  await expect(a.getByText('Has all of it')).toBeVisible()
  await expectAccessible(a)
  expect(await readFile(join(bob.home, 'Downloads', 'Shoal', '강의 노트.pdf'))).toEqual(bytes)
})

test('what cannot be delivered says so, and arrives when it is sent again', async ({ core, open }) => {
  const { address, args } = await reachable()
  const [alice, bob] = [await core('Alice', args), await core('Bob')]
  const [a, b] = [await open(alice), await open(bob)]
  await connect(b, address)
  await openConversation(b, 'Alice')
  await b.getByRole('button', { name: 'More about Alice' }).click()
  await b.getByRole('menuitem', { name: 'Block' }).click()
  await expect(b.getByText('Blocked: nothing Alice sends is taken')).toBeVisible()

  await openConversation(a, 'Bob')
  await write(a, 'Bob', 'Do you read this?')
  await expect(a.getByText(/Not delivered\./)).toBeVisible()
  await expect(said(b, 'Do you read this?')).toHaveCount(0)
  await b.getByRole('button', { name: 'Take messages again' }).click()
  await a.getByRole('button', { name: 'Try again: Do you read this?' }).click()
  await expect(said(b, 'Do you read this?')).toBeVisible()
  await expect(a.getByText(/Not delivered\./)).toHaveCount(0)

  await bob.stop()
  await expect(a.getByText('Bob is not here now')).toBeVisible()
  await write(a, 'Bob', 'Gone already?')
  await expect(a.getByText(/Not delivered\./)).toBeVisible()
  await expectAccessible(a)
})

test('a share offered to everyone nearby shows on a tile for each laptop what became of it', async ({
  folder,
  core,
  open,
}) => {
  test.setTimeout(120_000)
  const { address, args } = await reachable()
  const teacher = await core('Teacher', args)
  const pupils: CoreProcess[] = [await core('Mina'), await core('Jonas'), await core('Kenji')]
  const t = await open(teacher)
  const pages = await Promise.all(pupils.map(open))
  for (const page of pages) await connect(page, address)
  const [mina, jonas, kenji] = pages as [Page, Page, Page]
  await openConversation(kenji, 'Teacher')
  await kenji.getByRole('button', { name: 'More about Teacher' }).click()
  await kenji.getByRole('menuitem', { name: 'Block' }).click()

  const path = join(folder, 'slides.pdf')
  await writeFile(path, randomBytes(3_000_000))
  await go(t, /^Messages/)
  await t.getByRole('button', { name: 'Offer to everyone nearby …' }).click()
  await attachFile(t, path)
  await t.getByRole('button', { name: 'Offer to 3 laptops' }).click()
  const tile = (name: string) =>
    t.getByRole('region', { name: 'Offer of “slides.pdf”' }).getByRole('listitem', { name })
  await expect(tile('Mina')).toContainText('No answer yet')
  await expect(tile('Kenji')).toContainText('Not delivered.')

  await openConversation(mina, 'Teacher')
  await mina.getByRole('button', { name: /^Download “slides.pdf”/ }).click()
  await openConversation(jonas, 'Teacher')
  await jonas.getByRole('button', { name: /^Decline “slides.pdf”/ }).click()
  await expect(tile('Mina')).toContainText('Has all of it')
  await expect(tile('Jonas')).toContainText('Declined')
  await expect(t.getByText('1 of 3 laptops have it')).toBeVisible()
  await expectAccessible(t)

  await kenji.getByRole('button', { name: 'Take messages again' }).click()
  await t.getByRole('button', { name: 'Offer again to the rest (1)' }).click()
  await kenji.getByRole('button', { name: /^Download “slides.pdf”/ }).click()
  await expect(tile('Kenji')).toContainText('Has all of it')
  await expect(t.getByRole('button', { name: /Offer again/ })).toHaveCount(0)
})

test('messages sent directly and by mail are drawn side by side, with what was lost and what waited', async ({
  core,
  open,
}) => {
  const page = await open(await core('Alice'))
  await go(page, /^Compare/)
  await page.getByRole('button', { name: 'Send 18 messages both ways' }).click()
  const trial = (name: RegExp) => page.getByRole('region', { name })
  await expect(page.getByRole('button', { name: 'Send them again' })).toBeVisible({ timeout: 45_000 })
  const pictures = trial(/sleeps/).getByRole('img')
  await expect(pictures.first()).toHaveAccessibleName(/^Direct.* \d+ of 18 messages delivered$/)
  await expect(pictures.first()).not.toHaveAccessibleName(/18 of 18/)
  await expect(pictures.last()).toHaveAccessibleName(/^Mail.* 18 of 18 messages delivered$/)
  await expect(
    trial(/mail server is down/)
      .getByRole('img')
      .last(),
  ).toHaveAccessibleName(/18 of 18/)
  for (const picture of await trial(/^Everybody is awake/)
    .getByRole('img')
    .all())
    await expect(picture).toHaveAccessibleName(/18 of 18/)
  await expectAccessible(page)
})
