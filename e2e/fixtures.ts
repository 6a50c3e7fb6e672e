import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test as base, type Page } from '@playwright/test'
import { startCore, type CoreProcess } from './core-process.ts'

interface Fixtures {
  /** A folder of this test, removed after it. */
  folder: string
  /** Starts a core; all of them end with the test. */
  core: (name: string, args?: readonly string[]) => Promise<CoreProcess>
  /** A page of its own, as another person's browser, with the core's page open. */
  open: (core: CoreProcess) => Promise<Page>
}

export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from a pattern
  folder: async ({}, provide) => {
    const folder = await mkdtemp(join(tmpdir(), 'shoal-e2e-'))
    await provide(folder)
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  },
  core: async ({ folder }, provide, info) => {
    const cores: CoreProcess[] = []
    await provide(async (name, args) => {
      const core = await startCore(folder, name, args)
      cores.push(core)
      return core
    })
    await Promise.all(cores.map((core) => core.stop()))
    if (info.status === info.expectedStatus) return
    for (const core of cores) await info.attach(`${core.home} stderr`, { body: core.log() })
  },
  open: async ({ browser }, provide) => {
    const contexts: { close(): Promise<void> }[] = []
    await provide(async (core) => {
      const context = await browser.newContext()
      contexts.push(context)
      const page = await context.newPage()
      await page.goto(core.url)
      return page
    })
    for (const context of contexts) await context.close()
  },
})

export { expect }

/** What moves for longer is no change of colour, and moves for as long as the page is shown. */
const SETTLED_MS = 700

/** Until nothing moves: a colour on its way to another has no contrast to measure. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async (longest) => {
    const end = performance.now() + longest
    const isMoving = (): boolean => document.getAnimations().some(({ playState }) => playState === 'running')
    // What is being mounted begins to move a frame or two later.
    for (let calm = 0; calm < 3 && performance.now() < end;) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
      calm = isMoving() ? 0 : calm + 1
    }
  }, SETTLED_MS)
}

/**
 * What axe reports, WCAG 2.2 AA included. A page without frames is looked at by itself: the blank page that axe else opens to put
 * frames together costs more than the look.
 */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await settle(page)
  const hasFrames = page.frames().length > 1
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(!hasFrames).analyze()
  return violations.map(({ id, nodes }) => {
    const where = nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary ?? ''}`)
    return `${id}: ${where.join(' | ')}`
  })
}

export async function expectAccessible(page: Page): Promise<void> {
  expect(await accessibilityFaults(page)).toEqual([])
}
