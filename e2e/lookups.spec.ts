// Look-ups compared, on the page over a made-up core: plots, their tables, results kept, in both themes and both languages.
import { expect, test } from '@playwright/test'
import { expectAccessible } from './fixtures.ts'
import { serveDemo, type Demo } from './renderer-demo.ts'

const LOOKS = [
  { theme: 'light', language: 'en', width: 1280, start: 'Compare look-ups' },
  { theme: 'dark', language: 'ko', width: 380, start: '이름 찾기 비교' },
] as const

let demo: Demo
test.beforeAll(async () => {
  demo = await serveDemo()
})
test.afterAll(() => demo.close())

for (const { theme, language, width, start } of LOOKS) {
  test(`four plots with a table each, a reason each, and no fault for axe: ${theme}, ${language}, ${width} px`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: 900 })
    await page.goto(`${demo.url}?language=${language}&theme=${theme}#/compare`)
    await page.getByRole('button', { name: start, exact: true }).click()
    const section = page.locator('section', { has: page.getByRole('button', { name: start, exact: true }) })
    await expect(section.getByRole('img')).toHaveCount(4)
    for (const summary of await section.locator('summary').all()) await summary.click()
    await expect(section.getByRole('table')).toHaveCount(4)
    await expectAccessible(page)
    const overflow = await page.evaluate(() => {
      const main = document.querySelector('main')!
      return main.scrollWidth - main.clientWidth
    })
    expect(overflow).toBe(0)
    if (process.env['SHOTS'])
      await section.last().screenshot({ path: `${process.env['SHOTS']}/${theme}-${language}-${width}.png` })
  })
}

test('a comparison is kept, shown again, saved as a file and removed', async ({ page }) => {
  await page.goto(`${demo.url}?language=en&theme=light#/compare`)
  const saved = page.getByRole('region', { name: 'Earlier comparisons of look-ups' })
  await expect(saved.getByRole('listitem')).toHaveCount(1)
  await page.getByRole('radio', { name: '4', exact: true }).press('Space')
  await page.getByRole('button', { name: 'Compare look-ups' }).click()
  await expect(saved.getByRole('listitem')).toHaveCount(2)
  await expect(saved.getByRole('listitem').first()).toContainText('k = 4')
  await saved
    .getByRole('button', { name: /^Save as/ })
    .first()
    .click()
  const download = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'CSV' }).click()
  expect((await download).suggestedFilename()).toMatch(/^lookups-.*\.csv$/)
  await saved
    .getByRole('button', { name: /^Show:/ })
    .last()
    .click()
  await expect(page.getByText('k = 20', { exact: false }).first()).toBeVisible()
  await saved
    .getByRole('button', { name: /^Remove/ })
    .first()
    .click()
  await expect(saved.getByRole('listitem')).toHaveCount(1)
})
