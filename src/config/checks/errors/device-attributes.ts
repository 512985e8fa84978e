import { messageOf } from '../../../support/index.ts'
import type { Finding } from '../../finding.ts'
import type { ConfigCheck } from './elsewhere.ts'

/**
 * Looks up every `device_attribute`. `openDictionary` reads further dictionary files and gives what
 * throws where a name cannot be that of a device; both may throw.
 */
export function checkDeviceAttributes(
  openDictionary: (files: readonly string[]) => (name: string) => unknown,
): ConfigCheck {
  return ({ dictionaries, gateways }) =>
    Object.values(gateways).flatMap(({ name, deviceAttribute }): readonly Finding[] => {
      if (deviceAttribute === undefined) return []
      try {
        openDictionary(dictionaries)(deviceAttribute)
        return []
      } catch (error) {
        const message = messageOf(error)
        return [{ path: ['gateways', name, 'device_attribute'], message }]
      }
    })
}
