import { randomInt } from 'node:crypto'
import { findPreset, type Preset, type PresetName, presets } from '../../config/presets/index.ts'
import { parseDuration } from '../../config/schema/fields.ts'
import { CliError } from '../errors.ts'
import type { NetworkLink, Schedule } from '../try/exchange.ts'

/** What the command line says about the gateway to be played. */
export type GatewayArgs = {
  readonly preset: string
  readonly timeout?: string | undefined
  readonly tries?: number | undefined
  readonly challenges?: boolean | undefined
  readonly loss: string
  readonly jitter: string
}

export type GatewayKind = {
  readonly name: PresetName
  readonly preset: Preset
  readonly schedule: Schedule
  readonly challenges: boolean
  /** False: the gateway has checked it, and sends none. */
  readonly sendsPassword: boolean
  readonly link: NetworkLink
}

/** The gateway of the preset, with what the command line says otherwise. Throws CliError `usage`. */
export function gatewayKind(args: GatewayArgs): GatewayKind {
  const name = findPreset(args.preset)
  if (name === undefined) {
    throw new CliError('usage', 'There is no preset of this name; holdfast preset list shows all.')
  }
  const preset: Preset = presets[name]
  return {
    name,
    preset,
    schedule: scheduleOf(args, preset),
    // Where no one knows, the hard case.
    challenges: args.challenges ?? preset.settings.challenges?.value ?? false,
    sendsPassword: preset.protocols.every(({ value }) => value !== 'no-password'),
    link: linkOf(args),
  }
}

function scheduleOf({ timeout, tries }: GatewayArgs, { sending }: Preset): Schedule {
  const toMs = (seconds: number) => Math.round(seconds * 1000)
  const { atSeconds, givesUpSeconds } = sending
  if (timeout === undefined && tries === undefined) {
    return { sendAtMs: atSeconds.map(toMs), giveUpAtMs: toMs(givesUpSeconds) }
  }
  const count = tries ?? atSeconds.length
  if (!Number.isInteger(count) || count < 1 || count > 100) {
    throw new CliError('usage', '--tries is a whole number from 1 to 100.')
  }
  const everyMs =
    timeout === undefined
      ? toMs(givesUpSeconds / atSeconds.length)
      : durationOf('--timeout', timeout, 100, 600_000)
  return {
    sendAtMs: Array.from({ length: count }, (_, index) => index * everyMs),
    giveUpAtMs: count * everyMs,
  }
}

/** Packets that are lost by chance, or come later by up to `--jitter`. */
function linkOf({ loss, jitter }: GatewayArgs): NetworkLink {
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(loss)?.[1]
  const share = Number(percent) / 100
  if (!(share <= 1)) throw new CliError('usage', '--loss takes a share of packets; try 5%.')
  const jitterMs = durationOf('--jitter', jitter, 0, 10_000)
  return {
    isLost: () => randomInt(1_000_000) < share * 1_000_000,
    delayMs: () => (jitterMs === 0 ? 0 : randomInt(jitterMs + 1)),
  }
}

/** In milliseconds; undefined where the person answers. Throws CliError `usage`. */
export function parseAnswerAfter({
  answerAfter,
}: {
  readonly answerAfter?: string | undefined
}): number | undefined {
  if (answerAfter === undefined) return undefined
  return durationOf('--answer-after', answerAfter, 0, 600_000)
}

/** A time such as `5s`, in milliseconds. Throws CliError `usage`. */
function durationOf(option: string, text: string, leastMs: number, mostMs: number): number {
  const ms = parseDuration(text)
  if (ms !== undefined && ms >= leastMs && ms <= mostMs) return ms
  throw new CliError(
    'usage',
    `${option} ${text} has to be a time from ${leastMs} ms to ${mostMs / 1000} s, such as 5s or 300ms.`,
  )
}
