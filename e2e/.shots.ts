import { chromium } from '@playwright/test'
import { serveDemo } from './renderer-demo.ts'
const only = process.argv[2]
const demo = await serveDemo()
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
const pages: [string, string, string?][] = [
  ['files', '#/files'],
  ['detail', '#/files/share-1'],
  ['source', '#/files/share-2'],
  ['waiting', '#/files/share-3'],
  ['nearby', '#/nearby'],
  ['network', '#/network'],
  ['settings', '#/settings'],
  ['help', '#/help/self-scalability'],
  ['alone-files', '#/files', 'alone'],
  ['alone-nearby', '#/nearby', 'alone'],
  ['compare', '#/compare'],
]
const variants: [string, string, string, number][] = [
  ['light', 'light', 'en', 1280],
  ['dark', 'dark', 'en', 1280],
  ['ko', 'light', 'ko', 1280],
  ['narrow', 'light', 'en', 380],
  ['narrow-dark-ko', 'dark', 'ko', 380],
]
for (const [v, theme, language, width] of variants) {
  if (only && !only.split(',').some((o) => o.split(':')[0] === v || o.split(':')[0] === '*')) continue
  for (const [name, hash, scenario] of pages) {
    if (
      only &&
      !only
        .split(',')
        .some(
          (o) =>
            (o.split(':')[0] === v || o.split(':')[0] === '*') &&
            (!o.split(':')[1] || o.split(':')[1] === name),
        )
    )
      continue
    const page = await browser.newPage({
      viewport: { width, height: width < 500 ? 780 : 860 },
      locale: 'en-US',
    })
    const errors: string[] = []
    page.on('console', (m) => m.type() === 'error' && errors.push(m.text()))
    page.on('pageerror', (e) => errors.push(String(e)))
    await page.goto(
      `${demo.url}?theme=${theme}&language=${language}${scenario ? '&scenario=' + scenario : ''}${hash}`,
    )
    await page.waitForTimeout(name === 'alone-nearby' ? 10500 : 3500)
    const h = await page.evaluate(
      () => document.querySelector('main')!.scrollHeight + (innerWidth < 761 ? 60 : 0),
    )
    if (!name.startsWith('x'))
      await page.setViewportSize({ width, height: Math.min(2600, Math.max(width < 500 ? 780 : 720, h)) })
    await page.waitForTimeout(400)
    await page.screenshot({ path: `/tmp/shots/${v}-${name}.png` })
    const ow = await page.evaluate(
      () =>
        document.documentElement.scrollWidth +
        ' main ' +
        document.querySelector('main')!.scrollWidth +
        '/' +
        document.querySelector('main')!.clientWidth,
    )
    console.log(v, name, ow, errors.slice(0, 3).join(' | '))
    await page.close()
  }
}
await browser.close()
await demo.close()
