import { existsSync } from 'node:fs'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'

export const executablePath = '/usr/bin/chromium'

/** Debian's Chromium. Without it the tests are skipped, and fail where `CI` is set. */
export async function launchChromium(context: Mocha.Context): Promise<Browser> {
  if (!existsSync(executablePath)) {
    const reason = 'Chromium is missing; on Debian: apt-get install chromium'
    if (process.env.CI) throw new Error(reason)
    console.log(`      skipped: ${reason}`)
    context.skip()
  }
  return chromium.launch({ executablePath, args: ['--no-sandbox'] })
}

/** Adds what goes wrong in a page's scripts, or against its content policy, to a list. */
export function watchProblems(page: Page, problems: string[]): void {
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (message.type() !== 'error') return
    // The browser says so of each answer above 399, which a page may expect.
    if (/Failed to load resource: the server responded/.test(message.text())) return
    problems.push(message.text())
  })
}

/** A browser session of its own. Its limit ends a test that hangs, and does not judge a busy machine. */
export async function openContext(
  browser: Browser,
  options: BrowserContextOptions,
): Promise<BrowserContext> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(120_000)
  return context
}
