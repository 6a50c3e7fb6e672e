// Names as a person meets them: a real tree of servers, a real resolver, and the page that shows them at work.
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import type { Locator, Page } from '@playwright/test'
import { expect, expectAccessible, test } from './fixtures.ts'

async function openNames(page: Page): Promise<void> {
  await page.getByRole('navigation').first().getByRole('link', { name: 'Names' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Names' })).toBeVisible()
}

async function lookUp(page: Page, name: string, type = 'A'): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('Type').selectOption(type)
  await page.getByLabel('Name', { exact: true }).press('Enter')
  await expect(page.getByRole('status').filter({ hasText: `${name}. ${type}:` })).toHaveCount(1)
}

/** On a busy machine a question may be sent twice before its answer is read. */
const ASKED = /[3-9] questions to servers/

/** The rows of the table that stands for the picture. */
async function path(page: Page, question: string): Promise<string[]> {
  const table = page.getByRole('table', { name: `Path of the question ${question}` })
  if (!(await table.isVisible())) await page.getByText('The same as a table').first().click()
  const rows = await table.getByRole('row').all()
  return Promise.all(rows.slice(1).map((row) => row.innerText()))
}

function cacheRow(page: Page, name: string): Locator {
  return page.getByRole('table', { name: 'Cache of the local DNS server' }).getByRole('row', { name })
}

test('a question walks from the root to the owner, the second comes from the cache, a cleared cache asks again', async ({
  core,
  open,
}) => {
  const page = await open(await core('alice'))
  await openNames(page)
  await expect(page.getByText('Nothing asked yet')).toBeVisible()
  await lookUp(page, 'www.example.com')
  await expect(page.getByText(ASKED).first()).toBeVisible()
  const cold = await path(page, 'www.example.com. A')
  const asked = cold.filter((row) => /Local DNS server\t(Root|TLD|Authoritative) server/.test(row))
  expect([...new Set(asked.map((row) => row.split('\t')[3]))]).toEqual([
    'com. A?',
    'example.com. A?',
    'www.example.com. A?',
  ])
  await expect(page.getByRole('img', { name: 'Path of the question www.example.com. A' })).toBeVisible()
  await expect(cacheRow(page, 'www.example.com.')).toContainText(/[45] min/)
  await page.getByRole('button', { name: 'Fetch its page' }).click()
  await expect(
    page.getByRole('status').filter({ hasText: /http:\/\/www\.example\.com.*: 200/ }),
  ).toBeVisible()

  await lookUp(page, 'www.example.com')
  await expect(page.getByRole('heading', { name: 'www.example.com. A' }).locator('..')).toContainText(
    'from the cache',
  )
  expect((await path(page, 'www.example.com. A')).filter((row) => row.includes('Root server'))).toEqual([])

  await page.getByRole('button', { name: 'Clear cache' }).click()
  await expect(page.getByText('The cache is empty.')).toBeVisible()
  await lookUp(page, 'www.example.com')
  await expect(page.getByRole('heading', { name: 'www.example.com. A' }).locator('..')).toContainText(ASKED)
  await expectAccessible(page)
})

test('a zone is checked while it is written, served at once, and there again after a restart', async ({
  core,
  open,
}) => {
  const first = await core('alice')
  const page = await open(first)
  await openNames(page)
  await page.getByRole('button', { name: 'Add a zone' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name of the zone').fill('class.test')
  await dialog.getByLabel('Zone file').fill('printer 60 A 192.168.7.300')
  await expect(dialog.getByRole('status')).toContainText('Line 1:')
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled()
  await dialog.getByLabel('Zone file').fill('printer 60 A 192.168.7.30\n')
  await expect(dialog.getByText('This zone can be served.')).toBeVisible()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await lookUp(page, 'printer.class.test')
  await expect(cacheRow(page, 'printer.class.test.')).toContainText('192.168.7.30')

  await first.stop()
  const again = await open(await core('alice'))
  await openNames(again)
  await lookUp(again, 'printer.class.test')
  await expect(cacheRow(again, 'printer.class.test.')).toContainText('192.168.7.30')
  await again.getByRole('button', { name: 'Edit class.test.' }).click()
  await expect(again.getByLabel('Zone file')).toHaveValue('printer 60 A 192.168.7.30\n')
  await again.getByRole('button', { name: 'Remove' }).click()
  await expect(again.getByRole('dialog')).toBeHidden()
  await lookUp(again, 'printer.class.test')
  await expect(again.getByText('There is no such name.').first()).toBeVisible()
})

test('the tree itself can be seen and not changed; names outside it do not exist until a person allows it', async ({
  core,
  open,
}) => {
  const page = await open(await core('alice'))
  await openNames(page)
  await lookUp(page, 'nobody.example.net')
  await expect(page.getByText('There is no such name.').first()).toBeVisible()
  await page.getByRole('button', { name: 'View com.' }).click()
  await expect(page.getByRole('dialog').getByLabel('Zone file')).toHaveAttribute('readonly')
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Save' })).toHaveCount(0)
  await page.keyboard.press('Escape')
  const others = page.getByRole('switch', { name: /other domains/ })
  await expect(others).not.toBeChecked()
  await others.press('Space')
  await expect(others).toBeChecked()
})

/** A core that others reach at a known address of this machine, and that takes part in the DHT. */
async function reachable(): Promise<{ address: string; args: string[] }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return {
    address: `127.0.0.1:${port}`,
    args: ['--no-mdns', '--listen', `/ip4/127.0.0.1/tcp/${port}`],
  }
}

test('a laptop’s name is found through servers and among peers, side by side', async ({ core, open }) => {
  const { address, args } = await reachable()
  await core('alice', args)
  const page = await open(await core('bob', ['--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']))
  await page
    .getByRole('navigation')
    .first()
    .getByRole('link', { name: /^Nearby/ })
    .click()
  await page.getByRole('textbox', { name: /address/i }).fill(address)
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(page.getByRole('heading', { name: 'alice' })).toBeVisible()
  await openNames(page)
  await expect(async () => {
    await lookUp(page, 'alice.shoal.internal')
    await expect(page.getByRole('heading', { name: 'alice.shoal.internal. A' }).locator('..')).toContainText(
      '127.0.0.1',
      { timeout: 1_000 },
    )
  }).toPass()
  // A record is gathered for a moment before its owner puts it.
  await expect(async () => {
    await page.getByRole('button', { name: 'Look up among peers' }).click()
    await expect(page.getByText(/^Signed by alice: \/ip4\/127\.0\.0\.1/)).toBeVisible({ timeout: 2_000 })
  }).toPass()
  await expect(page.getByRole('img', { name: 'Look-up of alice.shoal.internal. among peers' })).toBeVisible()
  await expect(page.getByText(/Among peers: \d+ question/)).toBeVisible()
})
