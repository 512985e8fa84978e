import { parseDuration } from '../../config/index.ts'
import {
  findPreset,
  type Preset,
  type PresetName,
  presetNames,
  presets,
} from '../../config/presets/index.ts'
import { parsePrefix as readPrefix } from '../../config/schema/prefix.ts'
import { isInPrefix, parsePrefix } from '../../support/index.ts'
import { readSecretLine } from '../files.ts'
import type { CliIo } from '../io.ts'
import type { GatewayAnswers } from './answers.ts'
import type { Interview, Judged } from './ask-again.ts'
import { createGatewaySecret } from './first-configuration.ts'
import { defaultRouter } from './machine.ts'

export type GatewayOptions = {
  readonly gateway: readonly string[]
  readonly gatewayName: string
  readonly gatewaySecretFile?: string | undefined
  readonly preset?: string | undefined
  readonly patience?: string | undefined
  readonly flow?: string | undefined
  readonly secondFactorFirst: boolean
}

/** An attacker with a captured packet could find a shorter one by trying all of them. */
const minSecretLength = 16
const [minPatience, maxPatience] = ['2s', '10m'] as const
const otherKind = 'other'
const newSecret = 'new'

export async function askForGateway(
  options: GatewayOptions,
  interview: Interview,
  io: CliIo,
): Promise<GatewayAnswers> {
  const { gatewayName, flow, secondFactorFirst } = options
  const gateway = await interview.ask<readonly string[]>({
    text: 'Address of the gateway, as its packets come from',
    flag: 'gateway',
    given: options.gateway.length > 0 ? options.gateway.join(' ') : undefined,
    fallback: defaultRouter(),
    judge: judgeAddresses,
  })
  const preset = await askForKind(options, interview)
  const patience = await askForPatience(options, preset, interview)
  const gatewaySecret = await askForSecret(options, interview, io)
  return {
    ...{ gatewayName, gateway, gatewaySecret, secondFactorFirst },
    ...(preset === undefined ? {} : { preset }),
    ...(patience === undefined ? {} : { patience }),
    ...(flow === undefined ? {} : { flow }),
  }
}

function judgeAddresses(answer: string): Judged<readonly string[]> {
  const addresses = answer.split(/[\s,]+/).filter((address) => address !== '')
  for (const address of addresses) {
    const why = whyNoGateway(address)
    if (why !== undefined) {
      return { problem: `"${address}" ${why}. Write one such as 192.0.2.10 or 10.0.0.0/24.` }
    }
  }
  const twice = addresses.flatMap((narrow, index) =>
    addresses.flatMap((wide, other) =>
      index !== other && isInside(narrow, wide) ? [{ narrow, wide }] : [],
    ),
  )
  const [first] = twice
  if (first === undefined) return { value: addresses }
  return { problem: `${first.narrow} lies inside ${first.wide}. Leave one of them out.` }
}

function whyNoGateway(address: string): string | undefined {
  const prefix = readPrefix(address)
  if (typeof prefix === 'string') return prefix
  if (prefix.length === 0) return 'is every address there is: anyone could try secrets'
  const nobodys = ['0.0.0.0/8', '224.0.0.0/3', '::/128', 'ff00::/8']
  return nobodys.some((each) => isInside(address, each))
    ? 'is not the address of a machine'
    : undefined
}

function isInside(narrow: string, wide: string): boolean {
  const [inner, outer] = [parsePrefix(narrow), parsePrefix(wide)]
  if (inner === undefined || outer === undefined || inner.length < outer.length) return false
  return isInPrefix(inner.address.bytes, outer)
}

async function askForKind(
  { preset }: GatewayOptions,
  interview: Interview,
): Promise<PresetName | undefined> {
  if (preset === undefined && !interview.asks) return undefined
  return await interview.ask<PresetName | undefined>({
    text: 'Kind of gateway (such as fortigate; ? lists them)',
    flag: 'preset',
    given: preset,
    fallback: otherKind,
    judge(answer) {
      const found = findPreset(answer.toLowerCase())
      if (found !== undefined || answer === otherKind) return { value: found }
      const list = `Kinds: ${presetNames.join(', ')}; ${otherKind} for anything else.`
      return { problem: answer === '?' ? list : `"${answer}" is not known. ${list}` }
    },
  })
}

/** Undefined: Holdfast learns it, starting with the value of the preset. */
async function askForPatience(
  { patience }: GatewayOptions,
  preset: PresetName | undefined,
  interview: Interview,
): Promise<string | undefined> {
  if (patience === undefined && !interview.asks) return undefined
  const known: Preset | undefined = preset && presets[preset]
  const { value: usual = '10s' } = known?.settings.patience ?? {}
  if (preset !== undefined && known?.advisedPatience !== undefined && patience === undefined) {
    interview.tell(
      `${known.title} waits ${usual} as it comes, and ${known.advisedPatience} once it is set up as docs/reference/gateways/${preset}.md says.`,
    )
  }
  const learnt = `learnt, from ${usual} on`
  return await interview.ask<string | undefined>({
    text: 'How long it waits for an answer, such as 30s',
    flag: 'patience',
    given: patience,
    fallback: learnt,
    judge: (answer) => (answer === learnt ? { value: undefined } : judgePatience(answer, known)),
  })
}

function judgePatience(answer: string, known: Preset | undefined): Judged<string> {
  const ms = parseDuration(answer)
  const between = `Write a time from ${minPatience} to ${maxPatience}, such as 30s.`
  if (ms === undefined) return { problem: `"${answer}" is not a time. ${between}` }
  if (ms < msOf(minPatience) || ms > msOf(maxPatience)) {
    return { problem: `${answer} is out of range. ${between}` }
  }
  const most = known?.mostPatience
  if (known === undefined || most === undefined || ms <= msOf(most.value)) return { value: answer }
  return {
    problem: `${known.title} waits ${most.value} at most, so an answer after ${answer} comes too late. Write ${most.value} or less.`,
  }
}

function msOf(text: string): number {
  return parseDuration(text) ?? Number.POSITIVE_INFINITY
}

async function askForSecret(
  { gatewaySecretFile: file }: GatewayOptions,
  interview: Interview,
  io: CliIo,
): Promise<string> {
  if (file === undefined && !interview.asks) return createGatewaySecret()
  return await interview.ask<string>({
    text: 'Shared secret of the gateway (Enter makes a new one, of 32 characters)',
    flag: 'gateway-secret-file',
    given: file === undefined ? undefined : readSecretLine(file, io),
    fallback: newSecret,
    hidden: true,
    judge: (answer) =>
      answer === newSecret ? { value: createGatewaySecret() } : judgeSecret(answer),
  })
}

function judgeSecret(answer: string): Judged<string> {
  if (/\p{Cc}/u.test(answer)) return { problem: 'The secret holds a control character.' }
  if (answer.trim() !== answer) return { problem: 'The secret begins or ends with a blank.' }
  if (answer.length >= minSecretLength) return { value: answer }
  return {
    problem: `The secret has ${answer.length} characters. One of less than ${minSecretLength} can be guessed from one captured packet. Set a longer one on the gateway too, or press Enter for a new one.`,
  }
}
