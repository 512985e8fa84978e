import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import { expect } from 'chai'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { allTexts, pseudoText, tradeWords } from '../../web/pages/languages.ts'
import { openContext } from '../chromium.ts'
import { me, newcomer, sentCode, typeCode } from './fixed-data.ts'
import { type FixedPortal, startFixedPortal } from './fixed-portal.ts'
import { endScenes, type Scene, scenes, setupScenes, show, signInScenes } from './scenes.ts'

const executablePath = '/usr/bin/chromium'
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const desktop = { viewport: { width: 1280, height: 800 } }
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
const built = join(import.meta.dirname, '../../../src/web/pages/dist/people/assets')

describe("people's pages in a browser", function () {
  this.timeout(600_000)
  const problems: string[] = []
  let browser: Browser
  let portal: FixedPortal

  before(async () => {
    portal = await startFixedPortal()
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  })
  after(async () => {
    await browser?.close()
    portal?.stop()
  })

  async function withPage(
    options: BrowserContextOptions,
    use: (page: Page) => Promise<void>,
  ): Promise<void> {
    const context = await openContext(browser, {
      locale: 'en',
      reducedMotion: 'reduce',
      ...options,
    })
    const page = await context.newPage()
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      // The policy of the listener speaks here, and faults of Preact; answers above 399 are meant.
      if (message.type() === 'error' && !message.text().includes('status of')) {
        problems.push(message.text())
      }
    })
    try {
      await use(page)
    } finally {
      await context.close()
    }
  }

  async function open(page: Page, scene: Scene): Promise<void> {
    portal.answer(scene.answers ?? {})
    await show(page, portal.url, scene)
  }

  function faultsOf(page: Page): Promise<readonly string[]> {
    return page.evaluate(async (tags) => {
      const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
      const { violations } = await axe.run({ runOnly: tags })
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
    }, rules)
  }

  const named = (name: string): Scene => {
    const scene = scenes.find((each) => each.name === name)
    if (scene === undefined) throw new Error(`no scene ${name}`)
    return scene
  }

  it('has no fault that axe can find, in both themes and widths, scrolls in one direction, and one heading and a title each', async () => {
    await withPage(desktop, async (page) => {
      const titles = new Map<string, string>()
      for (const scene of scenes) {
        await open(page, scene)
        await page.evaluate(axe.source)
        for (const size of [desktop.viewport, phone.viewport]) {
          await page.setViewportSize(size)
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
            const name = `${scene.name}, ${colorScheme}, ${size.width}`
            expect(await faultsOf(page), name).to.deep.equal([])
            // A bar to scroll down by takes some of the window.
            const tooWide = await page.evaluate(
              'document.documentElement.scrollWidth - document.documentElement.clientWidth',
            )
            expect(tooWide, name).to.equal(0)
          }
        }
        expect(await page.locator('h1').count(), scene.name).to.equal(1)
        expect(await page.getAttribute('html', 'lang')).to.equal('en')
        titles.set(scene.name, await page.title())
      }
      const inside = [
        'home',
        'add',
        'activity',
        'account',
        'sessions',
        'devices',
        'password',
        'data',
      ]
      expect(new Set(inside.map((name) => titles.get(name))).size).to.equal(inside.length)
      expect(titles.get('sign-in')).to.equal('Sign in · Example Ltd')
    })
  })

  it('holds every page of a language that is two fifths longer at 320 pixels', async () => {
    await withPage({ viewport: { width: 320, height: 640 }, isMobile: true }, async (page) => {
      const file = readdirSync(built).find((name) => /^en-.*\.js$/.test(name)) ?? ''
      const texts = Object.entries(await import(pathToFileURL(join(built, file)).href))
      const [exported, english] = texts[0] as [string, Record<string, string>]
      const longer = Object.fromEntries(
        Object.entries(english).map(([key, text]) => [key, pseudoText(text)]),
      )
      await page.route(`**/assets/${file}`, (route) =>
        route.fulfill({
          contentType: 'text/javascript',
          body: `const texts = ${JSON.stringify(longer)}\nexport { texts as ${exported} }`,
        }),
      )
      for (const scene of scenes) {
        await open(page, scene)
        const [width, cut] = (await page.evaluate(`[
          document.documentElement.scrollWidth,
          [...document.querySelectorAll('main *')]
            .filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5)
            .map((each) => each.outerHTML.slice(0, 120)),
        ]`)) as [number, string[]]
        expect(cut, scene.name).to.deep.equal([])
        expect(width, scene.name).to.equal(320)
      }
      await open(page, named('sign-in'))
      expect(await page.locator('h1').textContent()).to.equal(pseudoText('Sign in'))
    })
  })

  for (const [language, texts] of Object.entries(allTexts)) {
    it(`guides in at most 50 words a screen and without words of the trade: ${language}`, async () => {
      await withPage({ ...desktop, locale: language }, async (page) => {
        for (const scene of setupScenes) {
          const me = { ...newcomer, language }
          const own = scene.answers?.['GET /api/me']
          const body = typeof own === 'object' ? { ...(own.body as object), language } : me
          await open(page, { ...scene, answers: { ...scene.answers, 'GET /api/me': { body } } })
          expect(await page.getAttribute('html', 'lang')).to.equal(language)
          // A closed list shows what is chosen.
          await page.evaluate(
            `document.querySelectorAll('.visually-hidden, option:not(:checked)').forEach((each) => each.remove())`,
          )
          // biome-ignore lint/performance/useDomNodeTextContent: only words that are seen count
          const text = await page.locator('body').innerText()
          const words = text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word))
          expect(words.length, `${scene.name}: ${words.join(' ')}`).to.be.at.most(50)
          expect(text, scene.name).not.to.match(tradeWords)
          if (scene.name === 'setup-1-choose') expect(text).to.contain(texts['setup-title'])
        }
      })
    })
  }

  it('sends a helpdesk code of the address in no GET and keeps it out of the history', async () => {
    await withPage(desktop, async (page) => {
      const requests: string[] = []
      page.on('request', (request) => requests.push(`${request.method()} ${request.url()}`))
      await open(page, named('proof'))
      const field = page.getByLabel('Helpdesk code')
      expect(await field.inputValue()).to.equal('ABCD-EFGH-JKLM')
      expect(page.url()).not.to.contain('ABCD')
      expect(await page.evaluate('JSON.stringify(history.state)')).not.to.contain('ABCD')
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.waitForTimeout(0)
      expect(requests.filter((request) => request.startsWith('GET')).join()).not.to.match(/ABCD/)
      expect(portal.asked).to.include('POST /api/sign-in/proof {"code":"ABCDEFGHJKLM"}')
    })
  })

  it('moves the focus to each new heading, and to the field that is wrong; the keyboard is enough', async () => {
    await withPage(desktop, async (page) => {
      portal.answer({
        'POST /api/sign-in': { body: { step: 'question', question: typeCode } },
        'POST /api/sign-in/answer': ({ answer }) => ({
          body:
            answer === '123456'
              ? { step: 'in', session: 'whole' }
              : { step: 'question', question: { ...typeCode, wrong: true } },
        }),
      })
      const focus = 'document.activeElement.name || document.activeElement.innerText'
      const focused = () => page.evaluate(focus)
      // The heading is there a moment before it has the focus.
      const focusComesTo = (what: string) =>
        page.waitForFunction(`(${focus}) === ${JSON.stringify(what)}`)
      await page.goto(`${portal.url}/sign-in`)
      await page.getByLabel('User name').focus()
      await page.keyboard.press('Enter')
      await page.getByText('Fill this in.').first().waitFor()
      expect(await focused()).to.equal('username')
      await page.keyboard.type('alice')
      await page.keyboard.press('Tab')
      await page.keyboard.type('wonderland')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Type your code' }).waitFor()
      await focusComesTo('Type your code')
      await page.keyboard.press('Tab')
      await page.keyboard.type('000 000')
      await page.keyboard.press('Enter')
      const wrong = page.getByText('This code is not right.')
      await wrong.waitFor()
      const field = page.getByLabel('Code', { exact: true })
      expect(await field.getAttribute('aria-invalid')).to.equal('true')
      expect(await field.getAttribute('aria-describedby')).to.equal(await wrong.getAttribute('id'))
      expect(await field.inputValue()).to.equal('')
      await field.focus()
      await page.keyboard.type('123456')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Hello Alice Example' }).waitFor()
      expect(portal.asked).to.include('POST /api/sign-in/answer {"answer":"000000"}')
    })
  })

  it('takes a code of the helpdesk in place of a phone that is lost', async () => {
    await withPage(desktop, async (page) => {
      await open(page, {
        ...named('question-choose'),
        answers: {
          ...named('question-choose').answers,
          'POST /api/sign-in/proof': { body: { step: 'in', session: 'setup' } },
          'GET /api/me': { body: newcomer },
        },
      })
      await page.getByText('Type your helpdesk code').click()
      const form = page.locator('form').last()
      await page.getByLabel('Helpdesk code').fill('abcdefghjklm')
      await form.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('heading', { name: 'Make your account safer' }).waitFor()
      expect(portal.asked).to.include('POST /api/sign-in/proof {"code":"ABCDEFGHJKLM"}')
    })
  })

  it('stays where it is on reload, and "back" leads to the start of the sign-in', async () => {
    await withPage(desktop, async (page) => {
      portal.answer({
        'POST /api/sign-in': { body: { step: 'question', question: sentCode } },
      })
      await page.goto(`${portal.url}/sign-in`)
      await page.getByLabel('User name').fill('alice')
      await page.getByLabel('Password', { exact: true }).fill('wonderland')
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByText('We sent a text message').waitFor()
      await page.reload()
      await page.getByText('We sent a text message').waitFor()
      await page.goBack()
      await page.getByLabel('User name').waitFor()
    })
  })

  it('shows no secret again after a reload, and still takes the code of an app that has it', async () => {
    await withPage(desktop, async (page) => {
      await open(page, named('setup-3-connect'))
      expect(await page.getByText('JBSW').count()).to.equal(1)
      expect(await page.evaluate('JSON.stringify(history.state)')).not.to.match(/otpauth|JBSW/)
      await page.reload()
      await page.getByText('The page was loaded again').waitFor()
      await page.getByLabel('Code from the app').waitFor()
      expect(await page.getByText('JBSW').count()).to.equal(0)
    })
  })

  it('gives a phone a button for its app and the key to copy, and a picture only on demand', async () => {
    const userAgent =
      'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/156.0 Mobile'
    await withPage({ ...phone, userAgent }, async (page) => {
      await open(page, named('setup-2-app'))
      const links = await page.locator('.apps a').evaluateAll((all) => all.map(String))
      expect(links.join())
        .to.match(/play\.google\.com/)
        .and.not.to.match(/apple/)
      await open(page, named('setup-3-connect'))
      const button = page.getByRole('link', { name: 'Open my app' })
      expect(await button.getAttribute('href')).to.match(/^otpauth:/)
      expect(await page.getByRole('button', { name: 'Copy' }).isVisible()).to.equal(true)
      expect(await page.getByRole('img', { name: /QR code/ }).isVisible()).to.equal(false)
    })
  })

  it('goes to the start with a line when the session ended elsewhere', async () => {
    await withPage(desktop, async (page) => {
      await open(page, named('home'))
      portal.answer({
        'GET /api/sign-ins': { status: 401, body: { problem: 'signed-out', text: '' } },
      })
      await page.getByRole('link', { name: 'Activity' }).click()
      await page.getByText('You are signed out. The session ended').waitFor()
      await page.getByLabel('User name').waitFor()
      await open(page, named('home'))
      portal.answer(named('session-ended').answers ?? {})
      await page.reload()
      await page.getByText('You are signed out. The session ended').waitFor()
    })
  })

  it('shows a session that is for setting up nothing else', async () => {
    await withPage(desktop, async (page) => {
      for (const path of ['/', '/activity', '/account/password', '/add']) {
        portal.answer({ 'GET /api/me': { body: newcomer } })
        await page.goto(portal.url + path)
        await page.getByRole('heading', { name: 'Make your account safer' }).waitFor()
        expect(await page.getByRole('navigation').count()).to.equal(0)
      }
    })
  })

  it('says what went wrong and offers a way on, at every end', async () => {
    await withPage(desktop, async (page) => {
      for (const scene of [...endScenes, named('refused'), named('sign-in-refused')]) {
        await open(page, scene)
        // biome-ignore lint/performance/useDomNodeTextContent: lines that end are seen, and in no text
        expect(await page.locator('main').innerText()).to.match(/\.\s/)
        expect(await page.locator('main button.main').count(), scene.name).to.be.at.least(1)
        expect(await page.getByText('Service desk, extension 4400').count()).to.be.at.least(1)
      }
    })
  })

  it('takes the language that the person chose last, also before they sign in', async () => {
    await withPage(desktop, async (page) => {
      await open(page, signInScenes[0] ?? named('sign-in'))
      await page.getByLabel('Language').selectOption('de')
      await page.getByRole('heading', { name: 'Anmelden' }).waitFor()
      await page.reload()
      await page.getByRole('heading', { name: 'Anmelden' }).waitFor()
      portal.answer({ 'GET /api/me': { body: { ...me, language: 'fr' } } })
      await page.goto(portal.url)
      await page.getByRole('heading', { name: 'Bonjour Alice Example' }).waitFor()
      expect(await page.getAttribute('html', 'lang')).to.equal('fr')
    })
  })

  it('has caused no fault and broken no policy in all of this', () => {
    expect(problems).to.deep.equal([])
  })
})
