import { isIP } from 'node:net'
import { directoryOfKey } from '../../accounts/index.ts'
import type { Config } from '../../config/index.ts'
import { AdminError, type OwnParts } from '../../operations/index.ts'
import { explain, type Logger } from '../../ops/index.ts'
import { type Address, isInPrefix, parseAddress, parsePrefix } from '../../support/index.ts'
import type { Generation } from '../generation/generation.ts'
import type { WithLanguage } from './with-language.ts'

/** What people do for themselves, with the configuration in use. */
export function createOwnParts(
  generation: () => Pick<Generation, 'config' | 'directories' | 'texts'>,
  { log }: Pick<Logger, 'log'>,
  onReport: OwnParts['onReport'],
  withLanguage: WithLanguage,
): OwnParts {
  return {
    async find(userKey, signal) {
      const directory = generation().directories.get(directoryOfKey(userKey))
      const found = await directory?.resolveKey(userKey, signal)
      if (directory !== undefined && found?.kind === 'user') {
        return { directory, user: await withLanguage(found.user) }
      }
      if (found?.kind === 'down' || found?.kind === 'busy') {
        throw new AdminError('directory-down', 'The directory does not answer now.')
      }
      throw new AdminError('user-unknown', 'The directory no longer knows this user.')
    },
    text: (key, language, values) => generation().texts.text(key, language, values),
    lockout: () => generation().config.lockout,
    gatewayLabel(name, language) {
      const gateway = generation().config.gateways[name]
      if (gateway !== undefined) return gateway.label
      if (!name.startsWith('portal')) return name
      const { config, texts } = generation()
      const company = config.web?.company.name
      return company === undefined
        ? texts.text('recent-portal', language)
        : texts.text('recent-portal-of', language, { company })
    },
    placeOf(device) {
      const { config } = generation()
      return config.privacy.places === 'on' ? placeIn(config, device) : undefined
    },
    onFraud: () => generation().config.onFraud.stop,
    onReport,
    onStopFailed: (error) => log({ event: 'store-failed', ...explain(error) }),
  }
}

/** The rule that names the network where someone is let in, otherwise the address; a MAC address is not a place. */
export function placeIn({ rules }: Config, device: string | undefined): string | undefined {
  if (device === undefined || isIP(device) === 0) return undefined
  const address = parseAddress(device)
  if (address === undefined) return device
  const named = rules.find(
    ({ network, outcome }) =>
      outcome.kind !== 'deny' && network?.some((written) => isIn(address, written)),
  )
  return named?.name ?? device
}

function isIn(address: Address, written: string): boolean {
  const prefix = parsePrefix(written)
  return prefix !== undefined && isInPrefix(address.bytes, prefix)
}
