import type { UnsafeSetting } from '../../finding.ts'
import { type Preset, presets, type Sourced, sources } from '../../presets/index.ts'
import type { GatewayConfig } from '../../resolved/resolve.ts'
import { parseDuration } from '../../schema/fields.ts'

/** Settings of a gateway that do not work there, as its preset knows. */
export function contradictions(gateway: GatewayConfig): readonly UnsafeSetting[] {
  if (gateway.preset === undefined) return []
  const { title, settings, mostPatience }: Preset = presets[gateway.preset]
  const { challenges, person_specific_device: device } = settings
  const setting = `gateways.${gateway.name}`
  const found: UnsafeSetting[] = []
  if (challenges?.value === false && (gateway.challenges || gateway.flow === 'challenge')) {
    found.push({
      setting: `${setting}.${gateway.challenges ? 'challenges' : 'flow'}`,
      danger: `${title} can show no challenge${origin(challenges)}`,
    })
  }
  // Where no one knows, switching it on after a look at a sign-in is what the page advises.
  if (gateway.personSpecificDevice && !device.value && device.from !== 'unverified') {
    found.push({
      setting: `${setting}.person_specific_device`,
      danger: `Calling-Station-Id of ${title} does not tell people apart${origin(device)}`,
    })
  }
  if (mostPatience !== undefined && gateway.patienceMs > limitMs(mostPatience)) {
    found.push({
      setting: `${setting}.patience`,
      danger: `${title} waits ${mostPatience.value} at most${origin(mostPatience)}`,
    })
  }
  return found
}

function limitMs({ value }: Sourced<string>): number {
  return parseDuration(value) ?? Number.POSITIVE_INFINITY
}

/** ` (…)`, what the fact is built on. */
function origin({ from, because }: Sourced<unknown>): string {
  const words = [because, from === 'unverified' ? from : `source: ${sources[from]}`]
  return ` (${words.filter((word) => word !== undefined).join('; ')})`
}
