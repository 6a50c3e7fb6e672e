// The main job as a person does it: two or more cores, the page of each in a browser of its own.
import { execFile } from 'node:child_process'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { randomBytes } from 'node:crypto'
import type { Page } from '@playwright/test'
import type { CoreProcess } from './core-process.ts'
import { expect, expectAccessible, test } from './fixtures.ts'

const run = promisify(execFile)

/** A folder as a class would hand out: nested, Korean, one larger file. */
async function makeFolder(parent: string, bytes: number): Promise<string> {
  const path = join(parent, '강의 자료')
  await mkdir(join(path, '1주차', '빈 폴더'), { recursive: true })
  await writeFile(join(path, 'film.bin'), randomBytes(bytes))
  await writeFile(join(path, '1주차', '메모.txt'), '안녕하세요')
  await writeFile(join(path, '1주차', 'empty.txt'), '')
  return path
}

async function go(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').first().getByRole('link', { name }).click()
}

/** The first share's link, as its button copies it. */
async function copyLink(page: Page): Promise<string> {
  await page.evaluate(() => {
    const writeText = async (text: string): Promise<void> => void (document.body.dataset['copied'] = text)
    Object.defineProperty(navigator, 'clipboard', { value: { writeText } })
  })
  await page
    .getByRole('button', { name: /copy link/i })
    .first()
    .click()
  const copied = page.locator('body[data-copied^="shoal:"]')
  await expect(copied).toHaveCount(1)
  return (await copied.getAttribute('data-copied'))!
}

/** Tells one core of another, as a person does who types an address; here that of a share's link. */
async function connect(page: Page, link: string): Promise<void> {
  await go(page, 'Nearby')
  const address = new URLSearchParams(link.slice(link.indexOf('?'))).get('p')!
  await page.getByRole('textbox', { name: /address/i }).fill(address)
  await page.getByRole('button', { name: 'Connect' }).click()
}

/** Hands a folder to the page as a browser does that knows no paths. */
async function chooseFolder(page: Page, name: RegExp, path: string): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name }).click()
  await (await chooser).setFiles(path)
}

async function isIdentical(a: string, b: string): Promise<void> {
  await run('diff', ['-r', a, b])
}

const downloads = (core: CoreProcess): string => join(core.home, 'Downloads', 'Shoal')

test('drop on one, nearby on the other, one click, and every byte is there', async ({
  folder,
  core,
  open,
}) => {
  const alice = await core('Alice')
  const bob = await core('Bob')
  const a = await open(alice)
  const b = await open(bob)
  const source = await makeFolder(folder, 5_000_000)

  await chooseFolder(a, /folder to share with everyone nearby/i, source)
  await expect(a.getByText('Ready: nobody has asked for it yet', { exact: true })).toBeVisible()
  await connect(b, await copyLink(a))
  const card = b.getByRole('listitem', { name: 'Alice' })
  await expect(card.getByText('강의 자료').first()).toBeVisible()
  await expectAccessible(b)
  await card.getByRole('button', { name: /download/i }).click()
  await go(b, 'Files')
  await expect(b.getByRole('button', { name: /open folder|copy link/i }).first()).toBeVisible()
  await expect.poll(() => readdir(downloads(bob)).catch(() => []), { timeout: 30_000 }).toEqual(['강의 자료'])
  await go(a, 'Files')
  await expect(a.getByText(/one other laptop has it all|full copy is out/i).first()).toBeVisible()

  // A browser tells a page no empty folders: what was handed over is compared with what arrived.
  const [upload] = await readdir(join(alice.home, 'uploads'))
  await isIdentical(
    join(alice.home, 'uploads', upload!, 'sent', '강의 자료'),
    join(downloads(bob), '강의 자료'),
  )
  expect(await readFile(join(downloads(bob), '강의 자료', '1주차', '메모.txt'), 'utf8')).toBe('안녕하세요')
})

test('a pasted link downloads from everyone who has a part, and a reload keeps the picture right', async ({
  folder,
  core,
  open,
}) => {
  const apart = ['--no-mdns', '--no-dht', '--listen', '/ip4/127.0.0.1/tcp/0']
  const alice = await core('Alice')
  const bob = await core('Bob', [...apart, '--limit-down', '24Mbit'])
  const a = await open(alice)
  const b = await open(bob)
  const source = await makeFolder(folder, 30_000_000)
  await chooseFolder(a, /folder to share by link only/i, source)
  await expect(a.getByText('Ready: nobody has asked for it yet', { exact: true })).toBeVisible()
  const link = await copyLink(a)

  await b.getByRole('textbox', { name: 'Shoal link' }).fill(link)
  await b.getByRole('button', { name: 'Download' }).first().click()
  await b.getByRole('link', { name: '강의 자료', exact: true }).click()
  await expect(b.getByText(/Receiving from 1 laptop/).first()).toBeVisible()
  await expect(b.getByText(/The limit you set/).first()).toBeVisible()
  await b.reload()
  await expect(b.getByText(/Receiving from 1 laptop/).first()).toBeVisible()
  await expect(b.getByRole('slider', { name: 'Map of chunks' })).toBeVisible()
  await expectAccessible(b)
  await expect.poll(() => readdir(downloads(bob)).catch(() => []), { timeout: 45_000 }).toContain('강의 자료')
  await expect
    .poll(() => readdir(join(downloads(bob), '강의 자료')), { timeout: 45_000 })
    .toContain('film.bin')
  await expect(b.getByText('film.bin').first()).toBeVisible()
})

test('pause, resume and remove do what they say', async ({ folder, core, open }) => {
  const apart = ['--no-mdns', '--no-dht', '--listen', '/ip4/127.0.0.1/tcp/0']
  const alice = await core('Alice')
  const bob = await core('Bob', [...apart, '--limit-down', '16Mbit'])
  const a = await open(alice)
  const b = await open(bob)
  await chooseFolder(a, /folder to share with everyone nearby/i, await makeFolder(folder, 20_000_000))
  await expect(a.getByText('Ready: nobody has asked for it yet', { exact: true })).toBeVisible()
  await connect(b, await copyLink(a))
  await b
    .getByRole('listitem', { name: 'Alice' })
    .getByRole('button', { name: /download/i })
    .click()
  await go(b, 'Files')
  await b
    .getByRole('button', { name: /^pause/i })
    .first()
    .click()
  await expect(b.getByText(/Paused at/).first()).toBeVisible()
  await b
    .getByRole('button', { name: /^resume/i })
    .first()
    .click()
  await expect(b.getByText(/from 1 laptop/).first()).toBeVisible()
  await b.getByRole('button', { name: /more/i }).first().click()
  await b
    .getByRole('menuitem', { name: /cancel|remove/i })
    .first()
    .click()
  await b
    .getByRole('dialog')
    .getByRole('button', { name: /cancel the download|remove|delete/i })
    .last()
    .click()
  await expect(b.getByRole('link', { name: /details of/i })).toHaveCount(0)
  await expect.poll(() => readdir(downloads(bob)).catch(() => [])).toEqual([])
})

test('one core can be watched by two pages at once, and a core that goes is noticed and found again', async ({
  core,
  open,
}) => {
  const alice = await core('Alice')
  const first = await open(alice)
  const second = await open(alice)
  await go(first, 'Settings')
  const name = first.getByRole('textbox', { name: /name/i }).first()
  await name.fill('Alice’s laptop')
  await name.press('Enter')
  await go(second, 'Nearby')
  await expect(second.getByText('Alice’s laptop').first()).toBeVisible()
  await alice.kill()
  await expect(second.getByText(/connection to the core is gone/i).first()).toBeVisible({ timeout: 40_000 })
})
