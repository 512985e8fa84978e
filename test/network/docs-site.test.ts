import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { launchChromium, openContext, watchProblems } from '../browser/chromium.ts'
import { readPages, root } from '../docs/pages.ts'

const pages = readPages()
/** What the site is built from. */
const sources = ['docs', 'site', 'config', 'src/texts', 'package.json', 'LICENSE']
const phone = { width: 360, height: 740 }
const desktop = { width: 1280, height: 800 }

// Its packages come from the registry, as in `npm run docs` on any machine.
describe('npm run docs', function () {
  this.timeout(300_000)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-docs-'))
  const dist = join(folder, 'site/dist')
  const addressOf = (page: string) => pathToFileURL(join(dist, page)).href
  let browser: Browser

  /** Copies the sources, changes what `change` says, and builds. */
  function build(change: (folder: string) => void = () => undefined) {
    for (const name of sources) {
      cpSync(join(root, name), join(folder, name), {
        recursive: true,
        filter: (from) => !/site\/(dist|node_modules)/.test(from),
      })
    }
    cpSync(join(root, 'dictionaries'), join(folder, 'dictionaries'), { recursive: true })
    for (const { path } of pages) cpSync(join(root, path), join(folder, path))
    change(folder)
    return spawnSync('npm', ['run', 'docs'], { cwd: folder, encoding: 'utf8' })
  }

  /** Shows a page of the site and gives what went wrong in its scripts. */
  async function visit(
    name: string,
    options: { viewport: typeof phone; colorScheme: 'light' | 'dark' },
    look: (page: Page) => Promise<void>,
  ): Promise<void> {
    const context = await openContext(browser, options)
    const page = await context.newPage()
    const problems: string[] = []
    watchProblems(page, problems)
    await page.goto(addressOf(name))
    await look(page)
    await context.close()
    expect(problems).to.deep.equal([])
  }

  before(async function () {
    browser = await launchChromium(this)
    const { status, stdout, stderr } = build()
    expect(status, stdout + stderr).to.equal(0)
  })
  after(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('builds every page, with its title and a way to all others', () => {
    const built = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    expect(built.filter((name) => name.endsWith('.html'))).to.have.length(pages.length)
    const page = readFileSync(join(dist, 'reference/gateways/fortigate.html'), 'utf8')
    expect(page).to.include('<title>FortiGate')
    expect(page).to.include('href="../../start/demo.html"')
  })

  for (const viewport of [phone, desktop]) {
    it(`scrolls in one direction only, ${viewport.width} pixels wide`, async () => {
      const context = await openContext(browser, { viewport })
      const page = await context.newPage()
      const wide: string[] = []
      for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
        if (!name.endsWith('.html')) continue
        await page.goto(addressOf(name))
        const width = await page.evaluate<number>('document.documentElement.scrollWidth')
        if (width > viewport.width) wide.push(`${name}: ${width}`)
      }
      await context.close()
      expect(wide).to.deep.equal([])
    })
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no fault that axe can find, ${colorScheme}`, async () => {
      for (const name of ['index.html', 'start/demo.html', 'reference/commands/user.html']) {
        await visit(name, { viewport: phone, colorScheme }, async (page) => {
          await page.addScriptTag({ content: axe.source })
          const faults = await page.evaluate(async () => {
            const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
            // A page that is a file may not read its style sheet.
            const options = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'], preload: false }
            const { violations } = await axe.run(options)
            return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
          })
          expect(faults).to.deep.equal([])
        })
      }
    })
  }

  it('finds a page by words in it, by keyboard, and says when it finds nothing', async () => {
    const look = { viewport: phone, colorScheme: 'light' as const }
    await visit('reference/gateways/fortigate.html', look, async (page) => {
      await page.keyboard.press('/')
      await page.keyboard.type('lockout shield')
      await page.waitForSelector('.results li a')
      expect(await page.textContent('.results li a')).to.equal('The lockout shield')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.waitForURL(/how-to\/active-directory\.html#the-lockout-shield$/)
      await page.fill('input[type=search]', 'xyzzyx')
      await page.waitForSelector('[role=status]:text-matches("^Nothing found")')
    })
  })

  it('fails on a link that leads nowhere, and names it', () => {
    const broken = '[a](gone.md) [b](demo.md#gone)\n'
    const { status, stderr } = build((copy) =>
      writeFileSync(join(copy, 'docs/start/wifi-start.md'), broken),
    )
    expect(status).to.equal(1)
    expect(stderr).to.include('docs/start/wifi-start.md: gone.md leads nowhere')
    expect(stderr).to.include('docs/start/wifi-start.md: demo.md#gone leads to a heading')
  })
})
