import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { loadTexts } from '../../../src/web/pages/people/texts/index.ts'
import { languages } from '../../../src/web/people/contract.ts'
import { codeOf } from '../../lab/service-config.ts'
import { launchChromium } from '../chromium.ts'
import { setUpDave } from './dave.ts'
import { type DemoPortal, startDemoPortal } from './demo-portal.ts'
import { type Visit, visit } from './visit.ts'

/** What a guided set-up may ask of a person who knows nothing of this. */
const most = { screens: 6, fields: 5, words: 50 }

/** Words of the trade, in the five languages. */
const forbidden =
  /\b(totp|authenticat\w*|authentifi\w*|authentisier\w*|autentic\w*|factor\w*|faktor\w*|facteur\w*|tokens?|jetons?|seeds?|enrol\w*|enrôl\w*|inschrijv\w*|registrier\w*|inscri\w*)\b/iu

for (const language of languages) {
  for (const width of language === 'en' ? [1280, 390] : [390]) {
    describe(`dave's first time at the portal, in ${language}, ${width} px wide`, function () {
      this.timeout(300_000)
      let browser: Browser | undefined
      let demo: DemoPortal
      let dave: Visit
      let codes: readonly string[] = []
      let seed = ''

      before(async function () {
        browser = await launchChromium(this)
        demo = await startDemoPortal()
        dave = await visit(browser, demo.origin, await loadTexts(language), { language, width })
      })
      after(async () => {
        await browser?.close()
        await demo?.service.stop()
      })

      it('leads from the printed code to a working app and recovery codes', async () => {
        expect(demo.davesCode).to.match(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/)
        const done = await setUpDave(dave, demo.davesCode)
        seed = done.seed
        codes = done.codes
      })

      it(`took at most ${most.screens} screens, ${most.fields} fields, and ${most.words} words a screen`, () => {
        // The last screen is the page where everything can be changed later.
        const screens = dave.screens.slice(0, most.screens + 1)
        expect(dave.screens.length).to.be.at.most(most.screens)
        expect(dave.typed.length).to.be.at.most(most.fields)
        const long = screens.filter(({ words }) => words.length > most.words)
        expect(long.map(({ heading, words }) => `${heading}: ${words.length}`)).to.deep.equal([])
      })

      it('used no word of the trade', () => {
        const found = dave.screens.map(({ heading, text }) => [heading, forbidden.exec(text)?.[0]])
        expect(found.filter(([, word]) => word !== undefined)).to.deep.equal([])
      })

      it('gave ten codes or so, of 80 bits each, that can be printed', async () => {
        expect(codes).to.have.length.within(8, 12)
        // 16 characters of 32 are 80 bits.
        for (const code of codes) expect(code).to.match(/^(?:[\da-z]{4}-){3}[\da-z]{4}$/i)
        expect(new Set(codes).size).to.equal(codes.length)
      })

      it('lets him in with his app from now on, and no longer with the helpdesk’s code', async () => {
        const again = await visit(browser as Browser, demo.origin, await loadTexts(language), {
          language,
        })
        await again.open('/sign-in')
        await again.type('name-label', 'dave')
        await again.type('password-label', 'diver')
        await again.press('sign-in-title')
        await again.sees('type-code-title')
        await again.type('code-label', demo.davesCode)
        await again.press('continue')
        await again.reads('code-wrong')
        await again.type('code-label', codeOf(seed, 0))
        await again.press('continue')
        await again.page.getByRole('button', { name: again.says('sign-out') }).waitFor()
        await again.close()
        await dave.close()
      })
    })
  }
}
