// The other way: this laptop as a server, browsers as receivers, a download from one server.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, test } from './fixtures.ts'

const run = promisify(execFile)
const APART = ['--no-mdns', '--no-dht', '--listen', '/ip4/127.0.0.1/tcp/0']

async function makeFolder(parent: string, bytes: number): Promise<string> {
  const path = join(parent, '강의 자료')
  await mkdir(path, { recursive: true })
  await writeFile(join(path, '영화.bin'), randomBytes(bytes))
  await writeFile(join(path, '빈 파일.txt'), '')
  return path
}

/** Shares a folder by link only. */
async function share(page: Page, path: string): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: /folder to share by link only/i }).click()
  await (await chooser).setFiles(path)
  await expect(page.getByText('Ready: nobody has asked for it yet', { exact: true })).toBeVisible()
}

async function openQr(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^more for/i })
    .first()
    .click()
  await page.getByRole('menuitem', { name: 'QR code' }).click()
}

test('a browser without Shoal gets a share by an address that was read aloud', async ({
  folder,
  core,
  open,
  browser,
}) => {
  const alice = await open(await core('Alice', APART))
  const source = await makeFolder(folder, 700_000)
  await share(alice, source)
  await openQr(alice)
  await alice.getByText('For any browser').click()
  await expectAccessible(alice)
  await alice.getByRole('button', { name: 'Let browsers in' }).click()
  const spoken = alice.getByText(/^http:\/\/[^/]+\/[a-z]{6}$/)
  await expect(spoken).toBeVisible()
  await expect(alice.getByRole('img', { name: 'QR code of the page' })).toBeVisible()
  await expectAccessible(alice)

  const phone = await (await browser.newContext({ viewport: { width: 390, height: 780 } })).newPage()
  await phone.goto((await spoken.textContent())!)
  await expect(phone.getByRole('heading', { level: 1, name: '강의 자료' })).toBeVisible()
  await expectAccessible(phone)
  const [file] = await Promise.all([
    phone.waitForEvent('download'),
    phone
      .getByRole('link', { name: /영화\.bin/ })
      .first()
      .click(),
  ])
  expect(file.suggestedFilename()).toBe('영화.bin')
  expect((await readFile(await file.path())).equals(await readFile(join(source, '영화.bin')))).toBe(true)
  const [archive] = await Promise.all([
    phone.waitForEvent('download'),
    phone
      .getByRole('link', { name: /all|zip/i })
      .first()
      .click(),
  ])
  const unpacked = join(folder, 'unpacked')
  const script = 'import sys,zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])'
  await run('python3', ['-c', script, await archive.path(), unpacked])
  await run('diff', ['-r', source, join(unpacked, '강의 자료')])
  await phone.context().close()
})

test('each server has its switch; what it is reached by is told, and nothing answers when it is off', async ({
  core,
  open,
}) => {
  const page = await open(await core('Alice', APART))
  await page.getByRole('navigation').first().getByRole('link', { name: 'Network' }).click()
  const files = page.getByRole('switch', { name: 'Run the server “Files”' })
  const tracker = page.getByRole('switch', { name: 'Run the server “Tracker”' })
  await expect(files).not.toBeChecked()
  await files.focus()
  await page.keyboard.press('Space')
  await expect(files).toBeChecked()
  await tracker.click()
  await expect(tracker).toBeChecked()
  const address = page.getByText(/^http:\/\/127\.0\.0\.1:\d+\/$/)
  const origin = (await address.textContent())!
  expect((await fetch(origin)).status).toBe(200)
  const lookUp = `${origin}routing/v1/providers/bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku`
  expect((await fetch(lookUp)).status).toBe(200)
  await expectAccessible(page)
  await page
    .getByRole('combobox', { name: 'Who can reach it' })
    .selectOption({ label: 'Everyone on this network' })
  await expect(page.getByText(/^Plain HTTP and mail/)).toBeVisible()
  await tracker.click()
  await expect(tracker).not.toBeChecked()
  await files.click()
  await expect(page.getByText(/^Plain HTTP and mail/)).toHaveCount(0)
  await expect(fetch(origin)).rejects.toThrow()
})

test('a link that names a server is downloaded from it, and from the others after a change of mind', async ({
  folder,
  core,
  open,
}) => {
  const alice = await open(await core('Alice', APART))
  const bobsCore = await core('Bob', [...APART, '--limit-down', '24Mbit'])
  const bob = await open(bobsCore)
  const source = await makeFolder(folder, 30_000_000)
  await share(alice, source)
  await openQr(alice)
  await alice.getByText('For any browser').click()
  await alice.getByRole('button', { name: 'Let browsers in' }).click()
  await expect(alice.getByRole('img', { name: 'QR code of the page' })).toBeVisible()
  await alice.getByText('For Shoal').click()
  const shown = alice.getByRole('dialog').getByText(/^shoal:/)
  // A moment after the server is: the page is told of it with the next picture of the share.
  await expect(shown).toContainText('h=http')
  const link = (await shown.textContent())!

  await bob.getByRole('textbox', { name: 'Shoal link' }).fill(link)
  await bob.getByText('The server', { exact: true }).click()
  await expectAccessible(bob)
  await bob.getByRole('button', { name: 'Download' }).first().click()
  await expect(bob.getByText('Through a server').first()).toBeVisible()
  await bob.getByRole('link', { name: '강의 자료', exact: true }).click()
  await expect(bob.getByText(/ · HTTP$/).first()).toBeVisible()
  // Held still, so that a slow machine finds it half-way too.
  await bob
    .getByRole('button', { name: /^pause/i })
    .first()
    .click()
  await expect(bob.getByText(/Paused at/).first()).toBeVisible()
  await expectAccessible(bob)
  await bob
    .getByRole('button', { name: /^more for/i })
    .first()
    .click()
  await bob.getByRole('menuitem', { name: 'Download from the other laptops' }).click()
  await bob
    .getByRole('button', { name: /^resume/i })
    .first()
    .click()
  await expect(bob.getByText(/lane/).first()).toBeVisible()
  const downloads = join(bobsCore.home, 'Downloads', 'Shoal')
  await expect
    .poll(() => readdir(join(downloads, '강의 자료')).catch(() => []), { timeout: 45_000 })
    .toContain('영화.bin')
  await run('diff', ['-r', source, join(downloads, '강의 자료')])
})
