// Sockets in the page: whole conversations over real sockets, call by call, and what the page says of segments.
import type { Locator, Page } from '@playwright/test'
import { isAlive } from '../scripts/lib/ending.js'
import { expect, expectAccessible, test } from './fixtures.ts'

/** A process of the lab, by its heading. */
const end = (page: Page, name: 'Server process' | 'Client process'): Locator =>
  page.getByRole('region', { name, exact: true })

/** Makes the call that the textbook makes next, and sees it in the list of calls with what it returned. */
async function make(of: Locator, call: RegExp, outcome: RegExp): Promise<void> {
  const steps = of.getByRole('list', { name: /^Calls of/ }).getByRole('listitem')
  const before = await steps.count()
  await of.getByRole('button', { name: call }).click()
  await expect(steps.nth(before)).toContainText(outcome)
}

async function openLab(page: Page): Promise<{ server: Locator; client: Locator }> {
  await page.getByRole('link', { name: 'Network', exact: true }).click()
  await page.getByRole('link', { name: 'Socket lab' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Socket lab')
  return { server: end(page, 'Server process'), client: end(page, 'Client process') }
}

/** A port of its own for each test: they run side by side. */
async function setPort(page: Page, port: number): Promise<void> {
  await page.getByLabel('Port of the server').fill(String(port))
  await page.getByLabel('Port of the server').blur()
}

const states = (of: Locator): Locator => of.getByRole('list', { name: /^Sockets of/ })

test('a whole conversation over TCP, from socket to close, with the states the system gives', async ({
  core,
  open,
}) => {
  const page = await open(await core('tcp'))
  const { server, client } = await openLab(page)
  await setPort(page, 26_101)
  await make(server, /socket\(PF_INET, SOCK_STREAM, 0\)/, /= \d+/)
  await make(server, /bind\(\d+, {AF_INET, htons\(26101\), 127\.0\.0\.1}, 16\)/, /= 0/)
  await make(server, /listen\(\d+, 5\)/, /= 0/)
  await expect(states(server)).toContainText('LISTEN')
  await make(server, /accept/, /blocks/)
  await expect(server.getByRole('status')).toContainText('waits in accept')
  await expectAccessible(page)

  await make(client, /socket/, /= \d+/)
  await make(client, /connect\(\d+, {AF_INET, htons\(26101\)/, /= 0/)
  await expect(states(client)).toContainText('ESTABLISHED')
  await expect(states(client)).toContainText('The kernel chose this port')
  await expect(server.getByRole('listitem').filter({ hasText: 'accept(' })).toContainText('from 127.0.0.1:')
  await make(server, /read\(/, /blocks/)
  await make(client, /write\(\d+, "Hello!", 6\)/, /= 6/)
  await expect(server.getByRole('listitem').filter({ hasText: 'read(' }).first()).toContainText('“Hello!”')
  await make(server, /write\(\d+, "Hello!", 6\)/, /= 6/)
  await make(client, /read\(/, /“Hello!”/)
  await make(client, /close/, /= 0/)
  await expect(states(server)).toContainText('CLOSE-WAIT')
  await make(server, /read\(/, /the other end has closed/)
  await make(server, /close/, /= 0/)
  await make(server, /close/, /= 0/)
  await expect(page.getByRole('region', { name: 'What the system says' })).toContainText('TIME-WAIT')
  await expect(states(server)).toContainText('closed its sockets')

  const code = page.getByRole('region', { name: 'The same in code' })
  await expect(code).toContainText('sockfd_addr.sin_port = htons(26101);')
  await expect(code).toContainText('int connfd = accept(sockfd')
  await page.getByLabel('Language').selectOption('Python')
  await expect(code).toContainText('sockfd.bind(("127.0.0.1", 26101))')
  await expectAccessible(page)
})

test('a whole conversation over UDP, where nobody connects and the client needs no bind', async ({
  core,
  open,
}) => {
  const page = await open(await core('udp'))
  const { server, client } = await openLab(page)
  await page.getByLabel('Transport').selectOption('UDP: SOCK_DGRAM')
  await page.getByLabel('Program').selectOption('Line chat')
  await setPort(page, 26_102)
  await make(server, /socket\(PF_INET, SOCK_DGRAM, 0\)/, /= \d+/)
  await make(server, /bind/, /= 0/)
  await make(server, /recvfrom/, /blocks/)
  await make(client, /socket/, /= \d+/)
  await expect(states(client)).toContainText('not bound')
  await make(client, /sendto\(\d+, "Hello!", 6, 0, {AF_INET, htons\(26102\)/, /= 6/)
  await expect(states(client)).toContainText('0.0.0.0:')
  await expect(server.getByRole('listitem').filter({ hasText: 'recvfrom(' }).first()).toContainText(
    '“Hello!”',
  )
  await make(server, /sendto\(\d+, "Hi, who is there\?"/, /= 17/)
  await make(client, /recvfrom/, /“Hi, who is there\?”/)
  await make(server, /recvfrom/, /blocks/)
  await make(client, /sendto\(\d+, "How are you\?"/, /= 12/)
  await make(server, /sendto\(\d+, "Fine, thank you\."/, /= 16/)
  await make(client, /recvfrom/, /“Fine, thank you\.”/)
  await make(client, /close/, /= 0/)
  await make(server, /close/, /= 0/)
  await expectAccessible(page)
})

test('errors come in words, a blocked call can be left, and other addresses are asked for first', async ({
  core,
  open,
}) => {
  const page = await open(await core('errors'))
  const { server, client } = await openLab(page)
  await setPort(page, 26_103)
  await make(client, /socket/, /= \d+/)
  await make(client, /connect/, /ECONNREFUSED Nobody waits at that port/)
  await make(server, /socket/, /= \d+/)
  await server.getByLabel('address', { exact: true }).fill('0.0.0.0')
  await make(server, /bind\(\d+, {AF_INET, htons\(26103\), INADDR_ANY}/, /stays on loopback/)
  // The call that came to nothing is there to be corrected.
  await server.getByLabel('address', { exact: true }).fill('127.0.0.1')
  await make(server, /bind\(\d+, {AF_INET, htons\(26103\), 127/, /= 0/)
  await make(server, /listen/, /= 0/)
  await make(server, /accept/, /blocks/)
  await server.getByRole('button', { name: 'Interrupt accept' }).click()
  await expect(server.getByRole('listitem').filter({ hasText: 'accept(' })).toContainText('interrupted')
})

test('a lab ends with its page: processes and sockets go, whatever they wait in', async ({ core, open }) => {
  const page = await open(await core('leaving'))
  const start = async (port: number): Promise<number> => {
    const { server } = await openLab(page)
    await setPort(page, port)
    await make(server, /socket/, /= \d+/)
    await make(server, /bind/, /= 0/)
    await make(server, /listen/, /= 0/)
    await make(server, /accept/, /blocks/)
    return Number(/\d+/.exec(await server.getByText(/^process \d+$/).innerText())![0])
  }
  const first = await start(26_104)
  expect(isAlive(first)).toBe(true)
  await page.getByRole('link', { name: 'Files', exact: true }).click()
  await expect.poll(() => isAlive(first)).toBe(false)
  const second = await start(26_105)
  expect(isAlive(second)).toBe(true)
  await page.close()
  await expect.poll(() => isAlive(second)).toBe(false)
})

test('a segment: a flipped bit is caught, two that cancel out are not', async ({ core, open }) => {
  const page = await open(await core('segments'))
  await page.getByRole('link', { name: 'Network', exact: true }).click()
  await page.getByRole('link', { name: 'Segments' }).click()
  await expect(page.getByText('The checksum is right')).toBeVisible()
  await page.getByRole('button', { name: /^data / }).click()
  await page.getByRole('button', { name: /^bit 64: 0/ }).click()
  await expect(page.getByText('The checksum is wrong')).toBeVisible()
  await expect(page.getByRole('button', { name: /^bit 64: 1, flipped/ })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Undo all flips' }).click()
  await expect(page.getByText('The checksum is right')).toBeVisible()
  await page.getByRole('button', { name: 'Flip two bits that cancel out' }).click()
  await expect(page.getByText('not noticed')).toBeVisible()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Capture for Wireshark' }).click()
  expect((await download).suggestedFilename()).toBe('udp-segment.pcapng')
  await page.getByLabel('Source address').fill('fe80::1')
  await expect(page.getByRole('alert')).toBeVisible()
  await page.getByLabel('Destination address').fill('fe80::2')
  await page.getByLabel('Send without a checksum').check()
  await expect(page.getByRole('alert')).toBeVisible()
})

test('traffic of several sockets is stepped forwards and backwards', async ({ core, open }) => {
  const page = await open(await core('traffic'))
  await page.goto(`${page.url().split('#')[0]}#/network/segments`)
  await page.getByText('TCP', { exact: true }).last().click()
  await page.getByRole('button', { name: 'Send them' }).click()
  await expect(page.getByText('Every message waits in its socket.')).toBeVisible()
  await page.getByRole('button', { name: 'Step forward' }).click()
  await expect(page.getByText(/C1 hands “1: Alice” down/)).toBeVisible()
  for (let i = 0; i < 6; i++) await page.getByRole('button', { name: 'Step forward' }).click()
  await expect(page.getByText(/“1: Alice” comes out of L1\.1, by the 4-tuple/)).toBeVisible()
  await page.getByRole('button', { name: 'Step back' }).click()
  await expect(page.getByText(/hands “6: Bob” down/)).toBeVisible()
  await page.getByRole('slider', { name: 'Position' }).press('End')
  await expect(page.getByText('The model named the same socket')).toBeVisible()
  await expectAccessible(page)
})

test('the app’s own connections show this page’s', async ({ core, open }) => {
  const page = await open(await core('connections'))
  await page.goto(`${page.url().split('#')[0]}#/network/connections`)
  const rows = page.getByRole('row').filter({ hasText: 'this page' })
  await expect(rows.filter({ hasText: 'ESTABLISHED' }).first()).toContainText('server')
  await expect(page.getByRole('row').filter({ hasText: 'LISTEN' }).first()).toBeVisible()
  await expectAccessible(page)
})

test('in Korean, dark and narrow, all of it is accessible and fits', async ({ core, browser }) => {
  const { url } = await core('korean')
  const context = await browser.newContext({
    locale: 'ko-KR',
    colorScheme: 'dark',
    viewport: { width: 380, height: 800 },
  })
  const page = await context.newPage()
  await page.goto(url)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  for (const [part, title] of [
    ['lab', '소켓 실습실'],
    ['segments', '세그먼트'],
    ['connections', '연결'],
  ] as const) {
    await page.goto(`${page.url().split('#')[0]}#/network/${part}`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
    await expectAccessible(page)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, part).toBeLessThanOrEqual(0)
  }
  await context.close()
})
