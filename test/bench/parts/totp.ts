import { startLoader } from '../load/loader.ts'
import { runRounds } from '../load/rounds.ts'
import { totpSide, totpSlices, totpWindows } from '../load/totp-load.ts'
import { format } from '../report/section.ts'
import { enrolTotpPeople, startTotpOurs, startTotpPeer } from '../sides/totp-servers.ts'
import { ratioOf } from '../statistics/spread.ts'
import { columns, halfOf, p99Finding, rowOf } from './half-load.ts'
import type { Part } from './part.ts'

const names = ['Holdfast', 'FreeRADIUS'] as const
type Name = (typeof names)[number]

/** In flight. FreeRADIUS was fastest with 64 of 4 to 200; with 200 its SQLite connections fail each other. */
const atOnce = { Holdfast: 200, FreeRADIUS: 64 }
const mayRefuse = { Holdfast: 0, FreeRADIUS: 1 }

/**
 * PAP and TOTP of 20,000 different people with replay memory and a durable audit row each, against FreeRADIUS doing as
 * much of it as it can. A code can be used once, so each round has a fresh store and fresh processes, warmed up with
 * people of their own.
 */
export const benchTotp: Part = async ({ rounds, say }) => {
  const loader = startLoader()
  say('enrolling 60,000 people')
  const enrolled = await enrolTotpPeople()
  const start = (perSecond?: number) => async (name: Name) => {
    const server = await (name === 'Holdfast' ? startTotpOurs(enrolled) : startTotpPeer())
    const options = { atOnce: atOnce[name], mayRefuse: mayRefuse[name], perSecond }
    return totpSide(loader, name, server, options)
  }
  const plan = { names, rounds, slices: totpSlices, mostWindows: totpWindows, say }
  try {
    const full = await runRounds({ ...plan, start: start() })
    const rate = halfOf(full.Holdfast)
    say(`now ${format(rate)} a second, half of our own maximum`)
    const half = await runRounds({ ...plan, start: start(rate) })
    const rates = (name: Name) => full[name].map(({ perSecond }) => perSecond)
    const cpu = (name: Name) => full[name].map(({ cpuMicros }) => cpuMicros)
    const p99 = p99Finding('totp.p99', rate, half.Holdfast, half.FreeRADIUS)
    return [
      {
        title: 'PAP + TOTP + durable audit, 20,000 people',
        columns,
        rows: [
          rowOf('Holdfast', full.Holdfast),
          rowOf('FreeRADIUS `files` + `totp` + `sql`', full.FreeRADIUS),
          rowOf(`Holdfast at ${format(rate)}/s, half of its maximum`, half.Holdfast),
          rowOf(`FreeRADIUS at ${format(rate)}/s`, half.FreeRADIUS),
        ],
        findings: [
          {
            id: 'totp.rate',
            what: 'Sign-ins a second, in times those of FreeRADIUS',
            ratio: ratioOf(rates('Holdfast'), rates('FreeRADIUS')),
            atLeast: 3,
          },
          {
            id: 'totp.cpu',
            what: 'CPU per sign-in, in times that of FreeRADIUS',
            ratio: ratioOf(cpu('Holdfast'), cpu('FreeRADIUS')),
          },
          p99.finding,
        ],
        notes: p99.notes,
        rounds: {
          Holdfast: full.Holdfast,
          FreeRADIUS: full.FreeRADIUS,
          'Holdfast at half load': half.Holdfast,
          'FreeRADIUS at half load': half.FreeRADIUS,
        },
      },
    ]
  } finally {
    loader.stop()
    enrolled.remove()
  }
}
