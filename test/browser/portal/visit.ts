import { expect } from 'chai'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { TextKey, Texts } from '../../../src/web/pages/people/texts/en.ts'
import type { PortalLanguage } from '../../../src/web/people/contract.ts'
import { openContext, watchProblems } from '../chromium.ts'

/** One thing that a page asked or told, until it said something else. */
export type Screen = {
  readonly heading: string
  /** All text that is not a secret, a code, or a name of an app. */
  readonly words: readonly string[]
  readonly text: string
}

/** A person at the portal, who reads what the pages say and knows nothing else. */
export type Visit = {
  readonly page: Page
  readonly context: BrowserContext
  /** Every screen so far, in order. */
  readonly screens: readonly Screen[]
  /** What was typed, by the label of the field. */
  readonly typed: readonly string[]
  readonly problems: readonly string[]
  open(path: string): Promise<void>
  /** Waits until the page has the heading of this text, and takes note of the screen. */
  sees(key: TextKey, values?: Readonly<Record<string, string>>): Promise<void>
  says(key: TextKey, values?: Readonly<Record<string, string>>): string
  /** Types into the field with this label, in place of what is there. */
  type(key: TextKey, text: string): Promise<void>
  /** Presses the button, or follows the link, of this text. */
  press(key: TextKey, values?: Readonly<Record<string, string>>): Promise<void>
  /** Waits until this text is on the page. */
  reads(key: TextKey, values?: Readonly<Record<string, string>>): Promise<void>
  close(): Promise<void>
}

export async function visit(
  browser: Browser,
  origin: string,
  texts: Texts,
  options: {
    readonly language?: PortalLanguage
    readonly width?: number
    readonly colorScheme?: 'light' | 'dark'
  } = {},
): Promise<Visit> {
  const { language = 'en', width = 1280, colorScheme = 'light' } = options
  const context = await openContext(browser, {
    locale: language,
    colorScheme,
    viewport: { width, height: 844 },
    ...(width < 600 && { isMobile: true, hasTouch: true }),
  })
  const page = await context.newPage()
  const screens: Screen[] = []
  const typed: string[] = []
  const problems: string[] = []
  watchProblems(page, problems)

  const says: Visit['says'] = (key, values = {}) =>
    texts[key].replaceAll(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place)
  const heading = () => page.getByRole('heading', { level: 1 })

  const headingText = async () => ((await heading().textContent()) ?? '').trim()

  async function note(): Promise<void> {
    const text = String(await page.evaluate('document.body.innerText'))
    const shown = { heading: await headingText(), words: await readWords(page), text }
    if (screens.at(-1)?.heading !== shown.heading) screens.push(shown)
  }

  return {
    page,
    context,
    screens,
    typed,
    problems,
    says,
    async open(path) {
      await page.goto(origin + path)
      await heading().waitFor()
      await note()
    },
    async sees(key, values) {
      await page.getByRole('heading', { level: 1, name: says(key, values), exact: true }).waitFor()
      await note()
    },
    async type(key, text) {
      const field = page.getByLabel(says(key), { exact: true })
      await field.fill(text)
      typed.push(says(key))
    },
    async press(key, values) {
      const name = says(key, values)
      await page.getByRole('button', { name }).or(page.getByRole('link', { name })).first().click()
    },
    reads: (key, values) => page.getByText(says(key, values)).first().waitFor(),
    async close() {
      expect(problems).to.deep.equal([])
      await context.close()
    },
  }
}

/** What is on the screen, without secrets, codes, names of apps, and what is folded away. */
const shownText = `(() => {
  const copy = document.querySelector('main').cloneNode(true)
  for (const each of copy.querySelectorAll('code, .visually-hidden, .print-only, [hidden], .apps, option'))
    each.remove()
  for (const folded of copy.querySelectorAll('details:not([open]) > :not(summary)')) folded.remove()
  const texts = []
  const walk = (node) => {
    if (node.nodeType === 3) texts.push(node.data)
    for (const child of node.childNodes) walk(child)
  }
  walk(copy)
  return texts.join(' ')
})()`

/** The words that a person reads on this screen. Not those of the frame, which is the same on all. */
async function readWords(page: Page): Promise<readonly string[]> {
  const text = String(await page.evaluate(shownText))
  return (text.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? []).filter((word) => /\p{L}/u.test(word))
}
