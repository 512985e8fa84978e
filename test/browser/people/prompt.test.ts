import { expect } from 'chai'
import { type Browser, chromium, type Page } from 'playwright-core'
import { formatMoment } from '../../../src/web/pages/people/logic/time.ts'
import type { TextKey } from '../../../src/web/pages/people/texts/en.ts'
import type { ShownPrompt } from '../../../src/web/people/contract.ts'
import { allTexts } from '../../web/pages/languages.ts'
import { openContext } from '../chromium.ts'
import { me } from './fixed-data.ts'
import { type Answers, type FixedPortal, startFixedPortal } from './fixed-portal.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const timezoneId = Intl.DateTimeFormat().resolvedOptions().timeZone

/** The time of a prompt relative to the moment at which the page first asks for it. */
type Told = Partial<ShownPrompt> & { readonly waitsMs: number; readonly endsMs: number }

// What a person reads before they say yes: each of it is true, in their language, also where the phone's clock is not.
describe('a sign-in that waits for a yes, as its page tells it', function () {
  this.timeout(300_000)
  let browser: Browser
  let portal: FixedPortal

  before(async () => {
    portal = await startFixedPortal()
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  })
  after(async () => {
    await browser?.close()
    portal?.stop()
  })

  const pairing: Answers = {
    'POST /api/phone/pair': {
      body: { step: 'confirm', token: 'AAAA', check: '42', untilMs: Date.now() + 2 * hourMs },
    },
    'POST /api/phone/paired': {
      body: { step: 'paired', phone: 'phone-1', seed: Buffer.alloc(20, 1).toString('base64url') },
    },
    'POST /api/phone/receipt': { body: {} },
    'POST /api/phone/bell': { body: { step: 'known', state: 'none' } },
  }
  // In the middle of a minute, so that a moment more or less shows the same one.
  const startedAtMs = Math.floor(Date.now() / minuteMs) * minuteMs - 5 * minuteMs + 30_000
  const earlierAtMs = startedAtMs - 10 * minuteMs

  for (const [language, texts] of Object.entries(allTexts)) {
    const says = (key: TextKey, values: Readonly<Record<string, string>> = {}) =>
      texts[key].replaceAll(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place)
    /** As the clock of the device has it, an hour ahead. */
    const when = (atMs: number) => formatMoment(atMs + hourMs, Date.now() + hourMs, language)

    for (const path of ['/approve', '/phone'] as const) {
      const isPhone = path === '/phone'

      /** A page that shows the prompt; `end` takes it away. */
      async function withPrompt(
        { waitsMs, endsMs, ...told }: Told,
        use: (page: Page, end: () => void) => Promise<void>,
      ): Promise<void> {
        let beganMs: number | undefined
        let isOver = false
        const answer = () => {
          beganMs ??= Date.now()
          const prompt: ShownPrompt = {
            ...{ id: 'prompt-1', gateway: 'Office VPN', startedAtMs, byPasskey: true, refused: [] },
            ...{ waitsUntilMs: beganMs + waitsMs, endsMs: beganMs + endsMs },
            ...(isPhone ? { digits: 2 } : {}),
            ...told,
          }
          return {
            body: {
              ...(isPhone ? { step: 'shown' } : {}),
              ...(isOver ? {} : { prompt }),
              nowMs: Date.now(),
            },
          }
        }
        portal.answer({
          ...pairing,
          'GET /api/me': { body: { ...me, language } },
          'GET /api/prompt': answer,
          'POST /api/phone/prompt': answer,
        })
        const context = await openContext(browser, { locale: language, timezoneId })
        const page = await context.newPage()
        await page.addInitScript(
          `{ const now = Date.now; Date.now = () => now.call(Date) + ${hourMs} }`,
        )
        try {
          if (isPhone) {
            await page.goto(`${portal.url}/pair#name=alice&code=K7QM-4TRD`)
            await page.locator('main button.main').first().click()
          } else await page.goto(portal.url + path)
          await use(page, () => {
            isOver = true
          })
        } finally {
          await context.close()
        }
      }
      const reads = (page: Page, text: string) => page.getByText(text).first().waitFor()
      const place = '203.0.113.7'
      const long = { waitsMs: 10 * minuteMs - 1_000, endsMs: 10 * minuteMs - 1_000 }

      it(`${path} in ${language}: which gateway asks, from where, since when, for how long, and what else came`, async () => {
        const other = { gateway: 'Office Wi-Fi', place: '198.51.100.9' }
        const refused = [{ ...other, atMs: startedAtMs }]
        await withPrompt({ ...long, place, refused }, async (page) => {
          await reads(page, says('approve-at', { gateway: 'Office VPN' }))
          await reads(page, says('approve-from', { place }))
          await reads(page, says('approve-when', { when: when(startedAtMs) }))
          await reads(page, says('minutes-left', { count: '10' }))
          await reads(page, says('approve-beside', { ...other, when: when(startedAtMs) }))
        })
      })

      it(`${path} in ${language}: that the gateway no longer waits, and then that it is over`, async () => {
        await withPrompt({ waitsMs: 1_500, endsMs: 6_000, place }, async (page, end) => {
          await reads(page, says('approve-waits-no-more', { gateway: 'Office VPN' }))
          await page
            .getByRole('heading', { name: says('approve-ended'), exact: true })
            .or(page.getByText(says('seconds-left', { count: '1' })))
            .first()
            .waitFor()
          end()
          await reads(page, says('approve-ended-text', { gateway: 'Office VPN' }))
        })
      })

      it(`${path} in ${language}: where the person came from before, where that is known`, async () => {
        const values = { gateway: 'Office VPN', when: when(earlierAtMs) }
        await withPrompt({ ...long, place, earlierAtMs }, async (page) => {
          await reads(page, says('approve-earlier', values))
        })
        await withPrompt(long, async (page) => {
          await reads(page, says('approve-from-unknown'))
          expect(await page.getByText(says('approve-earlier', values)).count()).to.equal(0)
        })
      })
    }
  }
})
