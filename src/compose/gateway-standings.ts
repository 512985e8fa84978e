import type { GatewayStanding } from '../admin/index.ts'
import {
  type Config,
  type GatewayConfig,
  type Preset,
  parseDuration,
  presets,
} from '../config/index.ts'
import type { PatienceMemory } from '../patience/index.ts'
import { startingValue } from './patience.ts'

/** Where nothing is known of the kind of gateway. */
const generalAdvice = [
  'Raise the time-out of its RADIUS server, or the number of tries, until both multiplied come to 60 s.',
  'Where the people connect with a program of their own, let that wait longer than the gateway.',
]

/** The gateways of the configuration, with what was learnt about each. */
export function gatewayStandings(
  { gateways }: Config,
  memoryOf: (gateway: string) => PatienceMemory | undefined,
): GatewayStanding[] {
  return Object.values(gateways).map((gateway) => {
    const preset: Preset | undefined =
      gateway.preset === undefined ? undefined : presets[gateway.preset]
    const memory = memoryOf(gateway.name)
    return {
      name: gateway.name,
      ...(preset === undefined ? {} : { kind: preset.title }),
      flow: gateway.flow,
      start: startingValue(gateway),
      startFrom: startOf(gateway, preset),
      learns: gateway.learnPatience ?? false,
      advice: preset?.advice.map(({ text }) => text) ?? generalAdvice,
      ...(preset?.advisedPatience === undefined ? {} : { advisedPatience: preset.advisedPatience }),
      ...(memory === undefined ? {} : { memory }),
    }
  })
}

function startOf(
  { patienceMs }: GatewayConfig,
  preset: Preset | undefined,
): GatewayStanding['startFrom'] {
  const { patience } = preset?.settings ?? {}
  const isOfPreset = patience !== undefined && parseDuration(patience.value) === patienceMs
  return isOfPreset ? 'preset' : 'configuration'
}
