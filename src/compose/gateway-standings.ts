import {
  type Config,
  type GatewayConfig,
  type Preset,
  parseDuration,
  presets,
  startOfDayMs,
} from '../config/index.ts'
import type { GatewayStanding, SigningCounts, SigningStanding } from '../operations/index.ts'
import { type PatienceMemory, startingValue } from '../patience/index.ts'
import type { Store } from '../store/index.ts'
import { loadLearnt } from './signing-keeper.ts'

/** Where nothing is known of the kind of gateway. */
const generalAdvice = [
  'Raise the time-out of its RADIUS server, or the number of tries, until both multiplied come to 60 s.',
  'Where the people connect with a program of their own, let that wait longer than the gateway.',
]

/** Where the preset does not know how a gateway comes to send Message-Authenticator. */
const generalFix =
  'Update it to a version that sends Message-Authenticator in every request (its fix for CVE-2024-3596, of July 2024 or later), and switch that on.'

/** What was seen of Message-Authenticator in the requests of a gateway. */
export type SeenSigning = { readonly counts: SigningCounts; readonly learnt: boolean }

const nothingSeen: SeenSigning = { counts: {}, learnt: false }

/** The gateways of the configuration, with what was learnt about each. */
export function gatewayStandings(
  { gateways }: Config,
  memoryOf: (gateway: string) => PatienceMemory | undefined,
  signingOf: (gateway: string) => SeenSigning = () => nothingSeen,
  lastAccountingMs: ReadonlyMap<string, number> = new Map(),
): GatewayStanding[] {
  return Object.values(gateways).map((gateway) => {
    const preset: Preset | undefined =
      gateway.preset === undefined ? undefined : presets[gateway.preset]
    const memory = memoryOf(gateway.name)
    const accountingMs = lastAccountingMs.get(gateway.name)
    return {
      name: gateway.name,
      ...(preset === undefined ? {} : { kind: preset.title }),
      flow: gateway.flow,
      ...(gateway.nasIdentifier === undefined ? {} : { nasIdentifier: gateway.nasIdentifier }),
      start: startingValue(gateway),
      startFrom: startOf(gateway, preset),
      learns: gateway.learnPatience ?? false,
      advice: preset?.advice.map(({ text }) => text) ?? generalAdvice,
      ...(preset?.advisedPatience === undefined ? {} : { advisedPatience: preset.advisedPatience }),
      ...(memory === undefined ? {} : { memory }),
      ...(accountingMs === undefined ? {} : { lastAccountingMs: accountingMs }),
      signing: signingStanding(gateway, preset, signingOf(gateway.name)),
    }
  })
}

/** The same with what the store has: who has shown that it sends Message-Authenticator, and who sends accounting. */
export async function loadStandings(
  config: Config,
  store: Pick<Store, 'settings' | 'accounting'>,
  memoryOf: (gateway: string) => PatienceMemory | undefined,
  countsOf: (gateway: string) => SigningCounts,
): Promise<readonly GatewayStanding[]> {
  const learnt = await loadLearnt(store.settings)
  const lastAccountingMs = await store.accounting.lastOf(Object.keys(config.gateways))
  const signingOf = (name: string) => ({ counts: countsOf(name), learnt: learnt.has(name) })
  return gatewayStandings(config, memoryOf, signingOf, lastAccountingMs)
}

function signingStanding(
  { messageAuthenticator: mode, messageAuthenticatorUntil: day }: GatewayConfig,
  preset: Preset | undefined,
  { counts, learnt }: SeenSigning,
): SigningStanding {
  const endsMs = day === undefined ? undefined : startOfDayMs(day, 1)
  const fix = preset?.messageAuthenticator
  return {
    mode,
    learnt: mode === 'learn' && learnt,
    ...(day === undefined || endsMs === undefined ? {} : { until: { day, endsMs } }),
    counts,
    howTo: preset === undefined || fix === undefined ? generalFix : `${preset.title}: ${fix.text}`,
  }
}

function startOf(
  { patienceMs }: GatewayConfig,
  preset: Preset | undefined,
): GatewayStanding['startFrom'] {
  const { patience } = preset?.settings ?? {}
  const isOfPreset = patience !== undefined && parseDuration(patience.value) === patienceMs
  return isOfPreset ? 'preset' : 'configuration'
}
