import { expect } from 'chai'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { allTexts } from '../../web/pages/languages.ts'
import { launchChromium, openContext, watchProblems } from '../chromium.ts'
import { me, newcomer, pendingApp, recoveryCodes, typeCode, ways } from './fixed-data.ts'
import { type FixedPortal, startFixedPortal } from './fixed-portal.ts'
import { type Scene, scenes, show } from './scenes.ts'

/** What a key reaches, as it is in the document; of radio buttons with one name there is one. */
const reachable = `(() => {
  const names = new Set()
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter((each) => each.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }))
    .filter((each) => {
      if (each.type !== 'radio') return true
      if (names.has(each.name)) return false
      names.add(each.name)
      return true
    })
})()`

/** How an element looks, with everything around it: a frame may show what its field has. */
const look = `((element) => {
  const looks = []
  for (let each = element; each && each !== document.body; each = each.parentElement) {
    const { outlineStyle, outlineWidth, outlineColor, borderColor, boxShadow, backgroundColor, clipPath } = getComputedStyle(each)
    const outline = outlineStyle === 'none' ? 'none' : [outlineStyle, outlineWidth, outlineColor].join(' ')
    looks.push([outline, borderColor, boxShadow, backgroundColor, clipPath].join('; '))
  }
  return looks.join(' | ')
})`

/** Labels that say something else than what is seen: people who speak to their computer say what they see (WCAG 2.5.3). */
const hidingLabels = `[...document.querySelectorAll('[aria-label]')].flatMap((each) => {
  const holdsOthers = each.matches('nav, ul, ol, section, form, fieldset, [role=group], [role=list]')
  const seen = (each.innerText ?? '').trim().replaceAll(/\\s+/g, ' ')
  const label = each.getAttribute('aria-label')
  const isNamed = each.matches('a[href], button, input, select, img, svg, nav, ul, ol, section, form, fieldset, [role]')
  if (isNamed && (holdsOthers || seen === '' || label.toLowerCase().includes(seen.toLowerCase()))) return []
  return [each.outerHTML.slice(0, 200)]
})`

type Stop = {
  readonly what: string
  readonly index: number
  readonly isSeen: boolean
  readonly isAbove: boolean
}

// What axe cannot find: it looks at a page that no one uses.
describe("people's pages for those who use a keyboard, a screen reader, or more time", function () {
  this.timeout(600_000)
  const problems: string[] = []
  let browser: Browser
  let portal: FixedPortal

  before(async function () {
    browser = await launchChromium(this)
    portal = await startFixedPortal()
  })
  after(async () => {
    await browser?.close()
    portal?.stop()
  })

  async function withPage(
    options: BrowserContextOptions,
    use: (page: Page) => Promise<void>,
  ): Promise<void> {
    const viewport = { width: 1280, height: 800 }
    const context = await openContext(browser, {
      ...{ locale: 'en', reducedMotion: 'reduce', viewport },
      ...options,
    })
    const page = await context.newPage()
    watchProblems(page, problems)
    try {
      await use(page)
    } finally {
      await context.close()
    }
  }

  async function open(page: Page, scene: Scene, language = 'en'): Promise<void> {
    const given = scene.answers?.['GET /api/me']
    const own = typeof given === 'object' ? given : { body: me }
    const body = { ...(own.body as object), language }
    portal.answer({
      ...scene.answers,
      ...(own.status === undefined ? { 'GET /api/me': { body } } : {}),
    })
    await show(page, portal.url, scene)
    const loading = String(allTexts[language as keyof typeof allTexts]?.loading)
    await page.locator('.loading', { hasText: loading }).waitFor({ state: 'detached' })
  }

  it('no label hides what is seen, in any language', async () => {
    const labelled: Scene[] = []
    for (const language of ['en', ...Object.keys(allTexts).filter((tag) => tag !== 'en')]) {
      await withPage({ locale: language }, async (page) => {
        for (const scene of language === 'en' ? scenes : labelled) {
          await open(page, scene, language)
          const name = `${scene.name}, ${language}`
          expect(await page.evaluate(hidingLabels), name).to.deep.equal([])
          const labels = await page.locator('main [aria-label]').count()
          if (language === 'en' && labels > 0) labelled.push(scene)
        }
      })
    }
    expect(labelled).to.not.deep.equal([])
  })

  it('each page has a title, which begins with its heading; those of other pages differ', async () => {
    await withPage({}, async (page) => {
      const titles = new Map<string, string>()
      for (const scene of scenes) {
        await open(page, scene)
        const heading = (await page.locator('h1').textContent())?.trim() ?? ''
        const title = await page.title()
        expect(title.startsWith(`${heading} · `), `${scene.name}: ${title}`).to.equal(true)
        // No two pages that an address alone leads to have the same name.
        if (scene.act !== undefined || scene.answers !== undefined) continue
        expect(titles.get(title), title).to.equal(undefined)
        titles.set(title, scene.name)
      }
    })
  })

  it('Tab reaches everything once, in the order in which it is read, and shows where it is', async () => {
    for (const width of [1280, 390]) {
      await withPage({ viewport: { width, height: 800 } }, async (page) => {
        for (const scene of scenes) {
          await open(page, scene)
          const name = `${scene.name}, ${width}`
          const stops = await settledStops(page)
          const count = Number(await page.evaluate(`${reachable}.length`))
          expect(stops, name).to.have.length(count)
          const [unseen, misplaced] = [
            stops.filter(({ isSeen }) => !isSeen),
            stops.filter(({ index, isAbove }, at) => index !== at || isAbove),
          ]
          expect(
            unseen.map(({ what }) => what),
            `${name}: focus that is not seen`,
          ).to.deep.equal([])
          expect(
            misplaced.map(({ what, index, isAbove }) => `${index} ${isAbove} ${what}`),
            `${name}: order`,
          ).to.deep.equal([])
        }
      })
    }
  })

  it('messages stay until something is done: not one goes with time', async () => {
    const told = scenes.filter(({ name }) =>
      ['sign-in-refused', 'removed', 'session-ended', 'store-failed', 'refused'].includes(name),
    )
    expect(told).to.have.length(5)
    for (const scene of told) {
      await withPage({}, async (page) => {
        await page.clock.install()
        await open(page, scene)
        // What the page still loads is not a message that goes.
        await page.waitForLoadState('networkidle')
        const before = await page.locator('main').textContent()
        await page.clock.fastForward('01:00:00')
        expect(await page.locator('main').textContent(), scene.name).to.equal(before)
      })
    }
  })

  it('a question that has ended says so, and leads on', async () => {
    await withPage({}, async (page) => {
      await page.clock.install()
      portal.answer({
        'POST /api/sign-in': {
          body: { step: 'question', question: { ...typeCode, untilMs: Date.now() + 60_000 } },
        },
      })
      await page.goto(`${portal.url}/sign-in`)
      await page.getByLabel('User name').fill('alice')
      await page.getByLabel('Password', { exact: true }).fill('wonderland')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Type your code' }).waitFor()
      await page.clock.fastForward('00:02:00')
      await page.getByRole('button', { name: 'Start again' }).waitFor()
    })
  })

  it('keys alone are enough to sign in, to report a sign-in, and to sign out', async () => {
    await withPage({}, async (page) => {
      portal.answer({
        'POST /api/sign-in': { body: { step: 'question', question: typeCode } },
        'POST /api/sign-in/answer': { body: { step: 'in', session: 'whole' } },
        'POST /api/confirm': { body: { step: 'question', question: typeCode } },
        'POST /api/confirm/answer': {
          body: { step: 'done', result: { kind: 'reported', stopped: 'prompts' } },
        },
      })
      await page.goto(`${portal.url}/sign-in`)
      await page.getByRole('heading', { name: 'Sign in' }).waitFor()
      await goTo(page, 'User name')
      await page.keyboard.type('alice')
      await goTo(page, 'Password')
      await page.keyboard.type('wonderland')
      await page.keyboard.press('Enter')
      await arrive(page, 'Type your code')
      await goTo(page, 'Code')
      await page.keyboard.type('123456')
      await page.keyboard.press('Enter')
      await arrive(page, 'Hello Alice Example')
      await goTo(page, 'Activity', 'Enter')
      await arrive(page, 'Recent sign-ins')
      await page
        .getByRole('button', { name: /This was not me/ })
        .first()
        .waitFor()
      await goTo(page, 'This was not me', 'Enter')
      await arrive(page, 'Was this not you?')
      await goTo(page, 'Report it', 'Enter')
      await arrive(page, 'Type your code')
      await goTo(page, 'Code')
      await page.keyboard.type('234567')
      await page.keyboard.press('Enter')
      await page.getByText('You get no more calls and messages').waitFor()
      await goTo(page, 'Sign out', ' ')
      await arrive(page, 'You are signed out')
    })
  })

  it('keys alone are enough for the first set-up', async () => {
    await withPage({}, async (page) => {
      portal.answer({
        'GET /api/me': { body: newcomer },
        'POST /api/setup/begin': { body: { step: 'pending', pending: pendingApp } },
        'POST /api/setup/prove': {
          body: {
            step: 'done',
            result: { kind: 'added', authenticator: ways[0], codes: recoveryCodes },
          },
        },
      })
      await page.goto(`${portal.url}/set-up`)
      await page.getByRole('heading', { name: 'Make your account safer' }).waitFor()
      await goTo(page, String(allTexts.en?.['setup-app']), 'Enter')
      await page.getByRole('heading', { name: allTexts.en?.['get-app-title'] ?? '' }).waitFor()
      await goTo(page, String(allTexts.en?.['have-app']), 'Enter')
      await page.getByRole('heading', { name: allTexts.en?.['scan-title'] ?? '' }).waitFor()
      await goTo(page, String(allTexts.en?.['app-code-label']))
      await page.keyboard.type('123456')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: allTexts.en?.['codes-title'] ?? '' }).waitFor()
      portal.answer({})
      await goTo(page, String(allTexts.en?.['codes-saved']), 'Enter')
      await page.getByText(String(allTexts.en?.['all-set'])).first().waitFor()
    })
  })

  it('has caused no fault in all of this', () => {
    expect(problems).to.deep.equal([])
  })

  /** Waits for a page. Its heading takes the focus a moment after it is seen, and would take it from a field. */
  async function arrive(page: Page, name: string): Promise<void> {
    await page.getByRole('heading', { name }).and(page.locator(':focus')).waitFor()
  }

  /** What Tab reaches once the page stays as it is: parts of it are loaded late, and each new heading takes the focus. */
  async function settledStops(page: Page): Promise<readonly Stop[]> {
    let [before, now] = [await tabThrough(page), await tabThrough(page)]
    for (let times = 0; times < 10 && JSON.stringify(before) !== JSON.stringify(now); times += 1) {
      ;[before, now] = [now, await tabThrough(page)]
    }
    return now
  }

  /** Presses Tab from the top to the end. */
  async function tabThrough(page: Page): Promise<readonly Stop[]> {
    await page.evaluate(`(() => {
      document.activeElement?.blur?.()
      getSelection()?.removeAllRanges()
      scrollTo(0, 0)
      const stops = ${reachable}
      globalThis.stops = stops
      globalThis.looks = stops.map(${look})
      globalThis.last = undefined
      // From here the next Tab goes to the first.
      document.body.tabIndex = -1
      document.body.focus()
    })()`)
    const found: Stop[] = []
    for (let times = 0; times < 60; times += 1) {
      await page.keyboard.press('Tab')
      const stop = (await page.evaluate(`(() => {
        const now = document.activeElement
        if (!now || now === document.body || now === globalThis.stops[0] && globalThis.last) return null
        const index = globalThis.stops.findIndex(
          (each) => each === now || (each.type === 'radio' && each.name === now.name),
        )
        const here = now.getBoundingClientRect()
        const top = here.top + scrollY
        const last = globalThis.last
        globalThis.last = { top, bottom: here.bottom + scrollY }
        // On a phone, signing out stands beside the name of the company, above the sections.
        const isFree = now.matches('.skip, .sign-out')
        return {
          what: now.outerHTML.slice(0, 160),
          index,
          isSeen: ${look}(now) !== globalThis.looks[index],
          isAbove: !isFree && last !== undefined && globalThis.last.bottom <= last.top,
        }
      })()`)) as Stop | null
      if (stop === null) return found
      found.push(stop)
    }
    return found
  }

  /** Presses Tab until the focus is on the element with this name, and then a key. */
  async function goTo(page: Page, name: string, key?: string): Promise<void> {
    const called = `(() => {
      const now = document.activeElement
      const label = now?.labels?.[0]?.innerText ?? now?.getAttribute?.('aria-label') ?? now?.innerText ?? ''
      return label.trim()
    })()`
    for (let times = 0; times < 60; times += 1) {
      if (String(await page.evaluate(called)).startsWith(name)) {
        const isHeading = await page.evaluate("document.activeElement.matches('h1, main, body')")
        if (!isHeading) {
          if (key !== undefined) await page.keyboard.press(key)
          return
        }
      }
      await page.keyboard.press('Tab')
    }
    throw new Error(`Tab does not reach "${name}"`)
  }
})
