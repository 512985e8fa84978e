import { format, formatSpread } from '../report/section.ts'
import { ratioOf, spreadOf } from '../statistics/spread.ts'
import { inTurns } from '../statistics/turns.ts'
import { warmUp } from '../statistics/warm-up.ts'
import { answer, answerWithPackage, type CodecCost, measureCodec } from './codec-work.ts'
import type { Part } from './part.ts'

const names = ['Holdfast', 'radius'] as const
const work = { Holdfast: answer, radius: answerWithPackage }
const packets = { Holdfast: 40_000, radius: 10_000 }

/** Bytes in, bytes out, without a socket: ours and the `radius` package by turns in this process. */
export const benchCodec: Part = async ({ rounds, say }) => {
  const run = async (name: (typeof names)[number]) => measureCodec(work[name], packets[name])
  const warmed = await warmUp(names, async (name) => (await run(name)).perSecond)
  say(`warmed up in ${warmed.Holdfast.windows} windows`)
  const costs = await inTurns(names, rounds, run)
  const figures = (name: (typeof names)[number], figure: keyof CodecCost) =>
    costs[name].map((cost) => cost[figure])
  const row = (title: string, name: (typeof names)[number]) => [
    title,
    formatSpread(spreadOf(figures(name, 'perSecond'))),
    formatSpread(spreadOf(figures(name, 'cpuMicros')), 1),
  ]
  return [
    {
      title: 'Decode, verify, decrypt, encode and sign, without a socket',
      columns: ['', 'a second on one core', 'CPU each, µs'],
      rows: [row('Holdfast `src/radius`', 'Holdfast'), row('`radius` 1.1.4 from npm', 'radius')],
      findings: [
        {
          id: 'codec.cpu',
          what: 'CPU per sign-in, in times that of the `radius` package',
          ratio: ratioOf(figures('Holdfast', 'cpuMicros'), figures('radius', 'cpuMicros')),
        },
      ],
      notes: [`${format(packets.Holdfast)} sign-ins a round.`],
      rounds: costs,
    },
  ]
}
