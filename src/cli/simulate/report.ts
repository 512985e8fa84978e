import type { Dictionary } from '../../radius/index.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { type CliIo, print, printJson } from '../io.ts'
import { createPaint } from '../text/print.ts'
import type { Service } from './known-gateway.ts'
import type { GatewayKind } from './options.ts'
import type { Recording } from './recording.ts'
import type { Ending } from './sign-in.ts'
import { judge } from './verdict.ts'

const exitOf: Readonly<Record<Ending['kind'], ExitCode>> = {
  accept: exitCodes.ok,
  reject: exitCodes.rejected,
  challenge: exitCodes.rejected,
  silence: exitCodes['no-answer'],
}

/** Prints the verdict, or everything as JSON, and gives the exit code. */
export function report(
  simulation: {
    readonly user: string
    readonly json: boolean
    readonly endings: readonly Ending[]
    readonly answersAtMs: number | undefined
    readonly kind: GatewayKind
    readonly service: Service
    readonly recording: Recording
    readonly dictionary: Dictionary
  },
  io: CliIo,
): ExitCode {
  const { user, json, endings, answersAtMs, kind, recording, dictionary } = simulation
  const { gateway } = simulation.service
  const verdict = judge({
    user,
    preset: kind.name,
    advice: kind.preset.advice.map(({ text }) => text),
    ...(gateway === undefined ? {} : { known: { name: gateway.name, ...gateway.inUse } }),
    answersAtMs,
    giveUpAfterMs: kind.schedule.giveUpAtMs,
    endings,
    ...recording.facts(),
  })
  const outcome = endings.at(-1)?.kind ?? 'silence'
  if (json) {
    const told = { user, preset: kind.name, gateway: gateway?.name, outcome, ...verdict }
    printJson(io, { ...told, ...recording.toJson(dictionary) })
  } else {
    const paint = createPaint(io)
    print(io, `\n${paint(outcome === 'accept' ? 'good' : 'bad', verdict.sentence)}`)
    for (const advice of verdict.advice) print(io, `- ${advice}`)
  }
  return exitOf[outcome]
}
