// Mail as people use it: accounts, a mailbox, a queue, and the pictures of what was said, on the page of a real core.
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, test } from './fixtures.ts'

async function openMail(page: Page): Promise<void> {
  await page
    .getByRole('navigation')
    .first()
    .getByRole('link', { name: /^Messages/ })
    .click()
  await page.getByRole('navigation', { name: 'Ways of sending' }).getByRole('link', { name: 'Mail' }).click()
}

/** Makes an account; gives its address and the password that is shown this once. */
async function addAccount(page: Page, name: string): Promise<{ address: string; password: string }> {
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.getByRole('button', { name: 'Make an account' }).click()
  const dialog = page.getByRole('dialog', { name: 'The account is made' })
  await expect(dialog.locator('code')).toHaveCount(2)
  const [address, password] = await dialog.locator('code').allTextContents()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Done' }).click()
  return { address: address!, password: password! }
}

async function portOf(page: Page, what: string): Promise<number> {
  const row = page.getByRole('row', { name: new RegExp(what) })
  return Number((await row.getByRole('cell').textContent())!.split(':').at(-1))
}

/** Says lines one after the other, each once the answer to the one before has come. */
async function converse(port: number, lines: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  let answer = Promise.withResolvers<void>()
  socket.on('data', (bytes: Buffer) => {
    heard += bytes.toString()
    if (heard.endsWith('\r\n')) answer.resolve()
  })
  for (const line of lines) {
    await answer.promise
    answer = Promise.withResolvers<void>()
    socket.write(`${line}\r\n`)
  }
  await once(socket, 'close')
  return heard
}

/** A file that would run if it were shown as a page, under a name that leads elsewhere. */
const FILE_TEXT = '<script>document.title = "taken"</script>'
const FILE = `Content-Type: text/html\r
Content-Disposition: attachment; filename="../../report.html"\r
Content-Transfer-Encoding: base64\r
\r
${Buffer.from(FILE_TEXT).toString('base64')}`

function mixed(head: string, ...parts: readonly string[]): string {
  const body = parts.map((part) => `--b\r\n${part}\r\n`).join('')
  return `${head}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${body}--b--`
}

/** What a button gives to be saved. */
async function saved(page: Page, button: string): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ])
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') }
}

async function write(page: Page, to: string, subject: string, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Write a mail' }).click()
  const dialog = page.getByRole('dialog', { name: 'Write a mail' })
  await dialog.getByRole('textbox', { name: 'To' }).fill(to)
  await dialog.getByRole('textbox', { name: 'Subject' }).fill(subject)
  await dialog.getByRole('textbox', { name: 'Text' }).fill(text)
  await dialog.getByRole('button', { name: 'Push to the server' }).click()
  await expect(dialog).toHaveCount(0)
}

test('a mail is pushed into a mailbox, read here and by another program, and shows its way', async ({
  core,
  open,
}) => {
  const page = await open(await core('Mina'))
  await openMail(page)
  await page.getByRole('button', { name: 'Switch it on' }).click()
  await expect(page.getByText('The mail server is off')).toHaveCount(0)
  const bob = await addAccount(page, 'bob')
  await page.getByText('For a mail program on this laptop').click()
  await addAccount(page, 'alice')
  await expect(page.getByRole('combobox', { name: 'Account' })).toHaveValue('alice')

  await write(page, bob.address, '안녕 Bob', 'Are you awake?')
  await page.getByRole('link', { name: 'Sent' }).click()
  await expect(page.getByRole('link', { name: /안녕 Bob/ })).toBeVisible()
  await page.getByRole('combobox', { name: 'Account' }).selectOption('bob')
  await expect(page.getByRole('img', { name: '1 unread mail' })).toBeVisible()
  await page.getByRole('link', { name: /안녕 Bob/ }).click()
  await expect(page.getByText('Are you awake?', { exact: true })).toBeVisible()
  await expect(page.getByRole('img', { name: '1 unread mail' })).toHaveCount(0)
  await page.getByText('The message as it lies in the mailbox').click()
  await expect(page.getByRole('group', { name: 'The message as it lies in the mailbox' })).toContainText(
    /Message-ID: </i,
  )
  await expectAccessible(page)

  // Bob's other program pulls the same message.
  const pop3 = await portOf(page, 'POP3')
  const said = await converse(pop3, ['USER bob', `PASS ${bob.password}`, 'RETR 1', 'QUIT'])
  expect(said).toContain('+OK bye')
  await page.reload()
  await page.getByText('The same as a table').click()
  const table = page.getByRole('table', { name: /What was said about this message/ })
  await expect(table).toContainText(/pull · GET \/mail\/v1\/messages\/1.* HTTP\/1\.1/)
  await expect(table).toContainText('pull · RETR 1')
  await expect(table).not.toContainText(bob.password)

  await page.getByRole('button', { name: 'Into the bin' }).click()
  await expect(page.getByText('Nothing in the mailbox yet')).toBeVisible()
  await page.getByRole('link', { name: 'Bin' }).click()
  await page.getByRole('link', { name: /안녕 Bob/ }).click()
  await page.getByRole('button', { name: 'Delete for ever' }).click()
  await expect(page.getByText('The bin is empty')).toBeVisible()
})

test('HTML in a mail reaches nothing, and a mail that cannot go on waits in the queue', async ({
  core,
  open,
}) => {
  let asked = 0
  const outside = createServer((_, response) => void response.end(String(++asked)))
  outside.listen(0, '127.0.0.1')
  await once(outside, 'listening')
  const evil = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`
  const page = await open(await core('Jiwoo'))
  await openMail(page)
  await page.getByRole('button', { name: 'Switch it on' }).click()
  const bob = await addAccount(page, 'bob')
  await page.getByText('For a mail program on this laptop').click()
  const body = [
    `<script>fetch("${evil}/script"); parent.document.title = "taken"</script>`,
    `<img src="${evil}/pixel" onerror="top.location='${evil}/top'"><link rel="stylesheet" href="${evil}/css">`,
    `<style>@import url(${evil}/import); body { background: url(${evil}/background) }</style>`,
    `<meta http-equiv="refresh" content="0;url=${evil}/refresh"><iframe src="${evil}/frame"></iframe>`,
    `<p>Harmless words</p><a href="${evil}/link" target="_self">a link</a>`,
  ].join('')
  const said = await converse(await portOf(page, 'SMTP'), [
    'HELO x.test',
    'MAIL FROM:<mallory@x.test>',
    `RCPT TO:<${bob.address}>`,
    'DATA',
    `${mixed('From: mallory@x.test\r\nSubject: Look', `Content-Type: text/html\r\n\r\n${body}`, FILE)}\r\n.`,
    'QUIT',
  ])
  expect(said).toMatch(/^250.*\r\n221/m)
  await page.getByRole('link', { name: /Look/ }).click()
  const frame = page.frameLocator('iframe[title="The mail as its sender designed it"]')
  await expect(frame.getByText('Harmless words')).toBeVisible()
  await frame.getByText('a link').click()
  await expect(frame.getByText('Harmless words')).toBeVisible()
  await expect(page).toHaveTitle(/Shoal/)
  expect(await saved(page, 'Save report.html')).toEqual({ name: 'report.html', text: FILE_TEXT })
  await page.getByText('The message as it lies in the mailbox').click()
  const source = await saved(page, 'Save the whole message')
  expect(source.name).toBe('Look.eml')
  expect(source.text).toContain('Subject: Look\r\n')

  await write(page, 'carol@asleep.shoal.internal', 'For later', 'Whenever you are there.')
  await page.getByRole('link', { name: /^Message queue/ }).click()
  const waiting = page.getByRole('article').filter({ hasText: 'For later' })
  await expect(waiting.getByRole('row', { name: /carol@asleep/ })).toContainText('waits')
  await expectAccessible(page)
  await waiting.getByRole('button', { name: 'Give up: For later' }).click()
  await expect(waiting.getByRole('row', { name: /carol@asleep/ })).toContainText('given up')
  expect(asked).toBe(0)
  outside.close()
})
