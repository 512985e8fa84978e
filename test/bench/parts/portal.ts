import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildPages } from '../../../scripts/build-pages.mjs'
import { type Manifest, weighFirstPaint } from '../../../scripts/pages-weight.ts'
import { freePort } from '../../lab/port.ts'
import { holdBrowsers, signInAtPortal } from '../load/browsers.ts'
import { type Loader, startLoader } from '../load/loader.ts'
import { measure } from '../load/measure.ts'
import type { Measured } from '../load/measured.ts'
import { timeToInteractive } from '../load/phone-page.ts'
import { format, formatSpread, type Section } from '../report/section.ts'
import type { BenchApp } from '../sides/app.ts'
import { untilCodesLast, withCodes } from '../sides/enrolled.ts'
import { benchSecret } from '../sides/gateway.ts'
import { enrolTotpPeople, startTotpOurs, totpPeople } from '../sides/totp-servers.ts'
import { ratioOf, spreadOf } from '../statistics/spread.ts'
import { inTurns } from '../statistics/turns.ts'
import type { Part } from './part.ts'

const pages = join(import.meta.dirname, '../../../src/web/pages/dist/people')
const browsers = 200
const atOnce = 32
/** RADIUS sign-ins of one measurement, and how fast they come: far from what the machine can do. */
const radius = { people: 2_000, perSecond: 400 }
const portalPeople = 500

/** People at the portal, and what they cost those who sign in by RADIUS, in the same run. */
export const benchPortal: Part = async ({ rounds, say }) => {
  buildPages()
  const read = (file: string) => readFileSync(join(pages, file))
  const manifest = JSON.parse(read('.vite/manifest.json').toString()) as Manifest
  const weight = weighFirstPaint(manifest, read)
  say('enrolling 60,000 people')
  const enrolled = await enrolTotpPeople()
  const port = await freePort()
  const place = `{ listen: "127.0.0.1:${port}", public_url: "http://localhost:${port}" }`
  const app = await startTotpOurs(enrolled, undefined, `web: { people: ${place} }\n`)
  const loader = startLoader()
  const waiting = [...totpPeople]
  try {
    await signInByRadius(loader, app, waiting.splice(0, radius.people))
    await signInAtPortal(port, waiting.splice(0, portalPeople), atOnce)
    const rates: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      say(`round ${round + 1}: signing in at the portal`)
      await untilCodesLast(20_000)
      const seconds = await signInAtPortal(port, waiting.splice(0, portalPeople), atOnce)
      rates.push(portalPeople / seconds)
    }
    say(`RADIUS, with ${browsers} browsers and without`)
    const sides = await inTurns(['none', 'open'] as const, rounds, async (side) => {
      const end = side === 'open' ? await holdBrowsers(port, browsers) : undefined
      try {
        return await signInByRadius(loader, app, waiting.splice(0, radius.people))
      } finally {
        await end?.()
      }
    })
    say('loading the page on a slow phone')
    const interactive = await timeToInteractive(`http://localhost:${port}/sign-in`, rounds)
    return [portalSection(rates, interactive, weight.bytes, sides)]
  } finally {
    loader.stop()
    await app.stop()
    enrolled.remove()
  }
}

async function signInByRadius(
  loader: Loader,
  { pid, port }: BenchApp,
  people: typeof totpPeople,
): Promise<Measured> {
  await untilCodesLast((radius.people / radius.perSecond) * 1_000 + 4_000)
  const { perSecond } = radius
  return measure(loader, 'Holdfast', pid, {
    port,
    secret: benchSecret,
    people: withCodes(people),
    sockets: 16,
    window: 200,
    perSecond,
    timeoutMs: 10_000,
  })
}

function portalSection(
  rates: readonly number[],
  interactive: readonly number[],
  bytes: number,
  { none, open }: Readonly<Record<'none' | 'open', readonly Measured[]>>,
): Section {
  const p99s = (side: readonly Measured[]) => side.map(({ p99Ms }) => p99Ms)
  const rate = `RADIUS p99 at ${format(radius.perSecond)}/s, ms`
  return {
    title: 'The portal',
    columns: ['what', 'figure'],
    rows: [
      [
        `portal sign-ins a second, password and code, ${atOnce} at once`,
        formatSpread(spreadOf(rates)),
      ],
      ['what the heaviest page loads before it shows, bytes gzip', format(bytes)],
      ['time to a page that takes typing, slow phone, ms', formatSpread(spreadOf(interactive))],
      [`${rate}, no browser`, formatSpread(spreadOf(p99s(none)), 2)],
      [`${rate}, ${browsers} browsers open`, formatSpread(spreadOf(p99s(open)), 2)],
    ],
    findings: [
      {
        id: 'portal.weight',
        what: 'Bytes that load before first paint',
        ratio: spreadOf([bytes]),
        atMost: 30_000,
      },
      {
        id: 'portal.p99',
        what: `RADIUS p99 with ${browsers} browsers open, in times that with none`,
        ratio: ratioOf(p99s(open), p99s(none)),
      },
    ],
    notes: [
      'The slow phone is Chromium with a CPU 4 times slower, 1.6 Mbit/s and 150 ms. Each browser has a connection that stays open and asks every 3 seconds.',
    ],
    rounds: {
      none,
      open,
      portal: rates.map((perSecond) => ({ perSecond })),
      page: interactive.map((ms) => ({ ms })),
    },
  }
}
