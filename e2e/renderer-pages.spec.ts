// The page over a made-up core: every page, both themes, both languages, wide and narrow.
import { expect, test, type Page } from '@playwright/test'
import { fakeCid, fakePeerId } from '../renderer/src/testing/fake-people.ts'
import { accessibilityFaults, expectAccessible } from './fixtures.ts'
import { serveDemo, type Demo } from './renderer-demo.ts'

const PAGES = [
  '#/files',
  '#/files/share-1',
  '#/files/share-2',
  '#/files/share-6',
  '#/nearby',
  '#/network',
  '#/network/lab',
  '#/network/segments',
  '#/network/connections',
  '#/settings',
  '#/help/roles',
  '#/messages',
  `#/messages/${fakePeerId(0)}`,
  '#/messages/mail',
  '#/messages/mail/hana/INBOX/1',
  '#/messages/mail/hana/@queue',
  '#/names',
  '#/compare',
  '#/compare/projector',
  '#/nothing',
]
const THEMES = ['light', 'dark'] as const
/** Both widths in both themes and both languages. */
const LOOKS = [
  { theme: 'light', language: 'en', width: 1280 },
  { theme: 'dark', language: 'ko', width: 1280 },
  { theme: 'dark', language: 'en', width: 380 },
  { theme: 'light', language: 'ko', width: 380 },
] as const
/** A dozen looks of axe take their time on a busy machine. */
const PATIENCE_MS = 300_000

// Each has a page of its own, and together they last longer than all that another worker has to do.
test.describe.configure({ mode: 'parallel' })

let demo: Demo
test.beforeAll(async () => {
  demo = await serveDemo()
})
test.afterAll(() => demo.close())

async function open(page: Page, hash: string, query: Record<string, string> = {}): Promise<string[]> {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
  await page.goto(`${demo.url}?${new URLSearchParams({ language: 'en', theme: 'light', ...query })}${hash}`)
  await expect(page.locator('h1')).toHaveCount(1)
  return faults
}

for (const { theme, language, width } of LOOKS) {
  test(`every page has one heading, fits and satisfies axe: ${theme}, ${language}, ${width} px`, async ({
    page,
  }) => {
    test.setTimeout(PATIENCE_MS)
    await page.setViewportSize({ width, height: 900 })
    const faults = await open(page, '#/files', { theme, language })
    for (const hash of PAGES) {
      await page.evaluate((next) => (location.hash = next), hash)
      await expect(page.locator('h1'), hash).toHaveCount(1)
      expect(await accessibilityFaults(page), hash).toEqual([])
      const overflow = await page.evaluate(() => {
        const main = document.querySelector('main')!
        return main.scrollWidth - main.clientWidth
      })
      expect(overflow, `${hash} scrolls sideways`).toBe(0)
    }
    expect(faults).toEqual([])
  })
}

for (const theme of THEMES) {
  test(`menus, dialogs, notes, empty pages and the lost connection satisfy axe: ${theme}`, async ({
    page,
  }) => {
    await open(page, '#/files', { theme })
    await page.getByRole('button', { name: 'More for Lecture recordings' }).click()
    await expect(page.getByRole('menuitem', { name: 'QR code' })).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('menuitem', { name: 'QR code' }).click()
    await expect(page.getByRole('img', { name: 'QR code of the link' })).toBeVisible()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'More for Lecture recordings' }).click()
    await page.getByRole('menuitem', { name: 'Remove …' }).click()
    await expect(page.getByRole('dialog')).toContainText('What should happen to the files')
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page.evaluate(() => {
      const { core, store } = (window as unknown as { shoalDemo: { core: Core; store: { lose(): void } } })
        .shoalDemo
      const problem = { code: 'disk-full', message: '', data: {} }
      core.push({ is: 'notice', notice: { is: 'safe-to-leave', id: 'share-2', name: 'x' } })
      core.push({ is: 'notice', notice: { is: 'problem', id: null, problem } })
      setTimeout(() => store.lose())
      interface Core {
        push(update: unknown): void
      }
    })
    await expect(page.getByText('The connection to the core is gone')).toBeVisible()
    await expect(page.getByText('you may close your laptop')).toBeVisible()
    await expectAccessible(page)
    await open(page, '#/files', { theme, scenario: 'alone' })
    await expect(page.getByText('Nothing shared yet')).toBeVisible()
    await expectAccessible(page)
  })
}

test('on a narrow screen a note covers neither the navigation nor what can be pressed', async ({ page }) => {
  await page.setViewportSize({ width: 380, height: 800 })
  await open(page, '#/nearby')
  await page.evaluate(() => {
    const { core } = (window as unknown as { shoalDemo: { core: { push(update: unknown): void } } }).shoalDemo
    core.push({ is: 'notice', notice: { is: 'safe-to-leave', id: 'share-2', name: 'x' } })
  })
  await expect(page.getByText('you may close your laptop')).toBeVisible()
  // A press that something else would get fails.
  await page.getByRole('button', { name: 'Change the name' }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  for (const name of ['Help', 'Files']) {
    await page.getByRole('navigation').first().getByRole('link', { name }).click()
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
  }
  await expect(page.getByText('you may close your laptop')).toBeVisible()
})

test('nobody there for ten seconds: says what to do on the other laptop, and why it may not work', async ({
  page,
}) => {
  await open(page, '#/nearby', { scenario: 'alone' })
  await expect(page.getByText('Looking around')).toBeVisible()
  const address = page.getByRole('textbox', { name: 'Address of the other laptop' })
  await address.fill('10.0.0.9:42850')
  await expect(page.getByText('Nobody yet. On the other laptop open Shoal')).toBeVisible({ timeout: 13_000 })
  await expect(
    page.getByRole('img', { name: /QR code of this laptop’s address 192\.168\.0\.14:42850/ }),
  ).toBeVisible()
  await expect(page.getByText('Three likely reasons')).toBeVisible()
  await expectAccessible(page)
  await expect(address, 'what was being typed stays').toHaveValue('10.0.0.9:42850')
  await page.getByRole('button', { name: 'Connect' }).click()
  await expect(page.getByText('The other laptop cannot be reached.')).toBeVisible()
})

test('a link pasted anywhere fills the field and starts nothing; one press downloads', async ({ page }) => {
  await open(page, '#/nearby')
  const link = `shoal:${fakeCid(77)}?n=notes.txt&s=2048`
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', `look: ${text} !`)
    document.body.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    )
  }, link)
  await expect(page.getByRole('textbox', { name: 'Shoal link' })).toHaveValue(link)
  await expect(page.getByText('The link offers “notes.txt”, 2.00 KiB')).toBeVisible()
  await expect(page.getByRole('link', { name: 'notes.txt' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Download', exact: true })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('link', { name: 'notes.txt' })).toBeVisible()
})

test('one press on Download under Nearby turns the button into progress', async ({ page }) => {
  await open(page, '#/nearby')
  await page.getByRole('button', { name: 'Download Field trip photos from Amara' }).click()
  await expect(page.getByRole('progressbar', { name: 'Progress of Field trip photos' })).toBeVisible()
  await page.getByRole('link', { name: 'Show Field trip photos' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Field trip photos' })).toBeVisible()
})

test('the map of chunks is walked with the keyboard and told in words', async ({ page }) => {
  await open(page, '#/files/share-1')
  const map = page.getByRole('slider', { name: 'Map of chunks' })
  await map.focus()
  await expect(map).toHaveAttribute('aria-valuetext', /^Chunk 1, /)
  await page.keyboard.press('End')
  await expect(map).toHaveAttribute('aria-valuetext', /^Chunk 1,121, .*(laptop|laptops|nobody)/)
  await expect(page.getByRole('list', { name: 'Who gave the chunks' })).toContainText(/Mina \(source\)\s*\d+/)
})

test('everything on Files is reached with Tab, and the focus is seen', async ({ page }) => {
  await open(page, '#/files')
  const names: string[] = []
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press('Tab')
    const seen = await page.evaluate(() => {
      const element = document.activeElement!
      const style = getComputedStyle(element)
      const after = getComputedStyle(element, '::after')
      const border = element.matches('input') && style.borderColor !== ''
      const shown = style.outlineStyle !== 'none' || after.outlineStyle !== 'none' || border
      return { name: element.getAttribute('aria-label') ?? element.textContent ?? '', shown }
    })
    expect(seen.shown, seen.name).toBe(true)
    names.push(seen.name)
  }
  for (const name of [
    'Skip to content',
    'Nearby6',
    'Shoal link',
    'Lecture recordings',
    'Pause: Lecture recordings',
  ]) {
    expect(names).toContain(name)
  }
})

test('twenty thousand files scroll without a task over 100 ms', async ({ page }) => {
  test.setTimeout(PATIENCE_MS)
  await open(page, '#/files/share-2')
  const list = page.getByRole('rowgroup', { name: 'Files' })
  await expect(page.getByText('20,412 files')).toBeVisible()
  await list.scrollIntoViewIfNeeded()
  const tasks = await traceTasks(page, async () => {
    const { rows, last } = await list.evaluate(async (element) => {
      const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()))
      let rows = 0
      for (let i = 0; i <= 120; i++) {
        element.scrollTop = (element.scrollHeight * i) / 120
        await frame()
        rows = Math.max(rows, element.querySelectorAll('[role=row]').length)
      }
      await frame()
      return { rows, last: element.textContent }
    })
    expect(rows).toBeLessThan(60)
    expect(last).toContain('part-20411')
  })
  expect(tasks.length).toBeGreaterThan(120)
  expect(Math.max(...tasks)).toBeLessThan(100)
})

/**
 * Milliseconds that each task of the page's main thread worked. By the thread's own clock: on a shared machine the
 * time on the wall says how busy the others were.
 */
async function traceTasks(page: Page, work: () => Promise<void>): Promise<number[]> {
  const session = await page.context().newCDPSession(page)
  const events: { name: string; tdur?: number }[] = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as typeof events)))
  await session.send('Tracing.start', {
    traceConfig: { includedCategories: ['toplevel', 'disabled-by-default-devtools.timeline'] },
  })
  await work()
  const done = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve))
  await session.send('Tracing.end')
  await done
  return events
    .filter(({ name, tdur }) => name === 'RunTask' && tdur !== undefined)
    .map(({ tdur }) => tdur! / 1000)
}

test('language and theme change at once and stay the person’s', async ({ page }) => {
  await open(page, '#/settings')
  await page.getByText('한국어').click()
  await expect(page.getByRole('heading', { level: 1, name: '설정' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko')
  await page.getByText('어둡게').click()
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
})

test('a change of page moves the focus to it', async ({ page }) => {
  await open(page, '#/files')
  await page.getByRole('link', { name: 'Settings' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
  await expect(page.locator('main')).toBeFocused()
})
