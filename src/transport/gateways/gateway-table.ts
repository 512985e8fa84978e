import { isInPrefix, type Prefix, parseAddress, parsePrefix } from '../../support/index.ts'
import type { Gateway, GatewayEntry } from './gateway.ts'
import { checkGroup, GatewayTableError, isSameSecret } from './gateway-checks.ts'

/** All gateways that send from one prefix: one, or several told apart by NAS-Identifier. */
export type GatewayGroup = {
  /** The gateway where there is no choice, whatever NAS-Identifier says. */
  readonly only: Gateway | undefined
  /** Longest match first; empty when `only` is set. */
  readonly byNasIdentifier: readonly Gateway[]
  /** One gateway for each different secret of `byNasIdentifier`; empty when `only` is set. */
  readonly bySecret: readonly Gateway[]
}

export interface GatewayTable {
  /** `source`: from `normaliseSource`. The longest prefix that holds it wins. */
  find(source: string): GatewayGroup | undefined
  /** Gateways of these names were seen to send Message-Authenticator, by another process. */
  noteLearnt(names: ReadonlySet<string>): void
}

/**
 * Builds the table, with nothing left to find out per request. Throws GatewayTableError for prefixes
 * that cannot be read or that two gateways claim without a NAS-Identifier to tell them apart, and
 * for each of RULES 13 and 17.
 */
export function createGatewayTable(entries: readonly GatewayEntry[]): GatewayTable {
  const hosts = new Map<string, GatewayGroup>()
  const wider: { prefix: Prefix; group: GatewayGroup }[] = []
  for (const { prefix, gateways } of byPrefix(entries)) {
    const group = createGroup(prefixText(prefix), gateways)
    if (isHost(prefix)) hosts.set(prefix.address.text, group)
    else wider.push({ prefix, group })
  }
  wider.sort((left, right) => right.prefix.length - left.prefix.length)

  return {
    find(source) {
      const host = hosts.get(source)
      if (host !== undefined || wider.length === 0) return host
      const address = parseAddress(source)
      if (address === undefined) return undefined
      return wider.find(({ prefix }) => isInPrefix(address.bytes, prefix))?.group
    },
    noteLearnt(names) {
      const groups = [...hosts.values(), ...wider.map(({ group }) => group)]
      for (const { only, byNasIdentifier } of groups) {
        for (const gateway of only === undefined ? byNasIdentifier : [only]) {
          if (gateway.messageAuthenticator === 'learn' && names.has(gateway.rules.name)) {
            gateway.learnt = true
          }
        }
      }
    },
  }
}

/** The gateway that a NAS-Identifier means; exact before pattern, longer pattern before shorter. */
export function chooseGateway(
  group: GatewayGroup,
  nasIdentifier: string | undefined,
): Gateway | undefined {
  if (nasIdentifier === undefined) {
    return group.byNasIdentifier.find((gateway) => gateway.nasIdentifier === '*')
  }
  // As the configuration has it; some firmware sends the NUL that ends a text in C.
  const name = nasIdentifier.replace(/\0+$/, '').normalize('NFC')
  return group.byNasIdentifier.find(({ nasIdentifier: pattern = '' }) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  )
}

function createGroup(prefix: string, gateways: Gateway[]): GatewayGroup {
  checkGroup(prefix, gateways)
  const [first] = gateways
  if (first?.nasIdentifier === undefined) {
    return { only: first, byNasIdentifier: [], bySecret: [] }
  }
  const bySecret: Gateway[] = []
  for (const gateway of gateways) {
    if (!bySecret.some(({ secret }) => isSameSecret(secret, gateway.secret))) bySecret.push(gateway)
  }
  return { only: undefined, byNasIdentifier: gateways.sort(mostSpecificFirst), bySecret }
}

function mostSpecificFirst(left: Gateway, right: Gateway): number {
  const [a = '', b = ''] = [left.nasIdentifier, right.nasIdentifier]
  return Number(a.endsWith('*')) - Number(b.endsWith('*')) || b.length - a.length
}

function byPrefix(entries: readonly GatewayEntry[]): Iterable<{
  prefix: Prefix
  gateways: Gateway[]
}> {
  const groups = new Map<string, { prefix: Prefix; gateways: Gateway[] }>()
  const names = new Set<string>()
  for (const entry of entries) {
    const gateway: Gateway = { ...entry }
    const { name } = entry.rules
    if (names.has(name)) throw new GatewayTableError('name-repeated', { gateway: name })
    names.add(name)
    if (entry.prefixes.length === 0)
      throw new GatewayTableError('prefix-missing', { gateway: name })
    for (const text of entry.prefixes) {
      const prefix = parsePrefix(text)
      if (prefix === undefined) {
        throw new GatewayTableError('prefix-invalid', { gateway: name, prefix: text })
      }
      if (entry.messageAuthenticator === 'learn' && !isHost(prefix)) {
        throw new GatewayTableError('learn-needs-one-address', { gateway: name, prefix: text })
      }
      const key = prefixText(prefix)
      const group = groups.get(key) ?? { prefix, gateways: [] }
      groups.set(key, group)
      if (group.gateways.includes(gateway)) {
        throw new GatewayTableError('prefix-repeated', { gateway: name, prefix: text })
      }
      group.gateways.push(gateway)
    }
  }
  return groups.values()
}

function isHost(prefix: Prefix): boolean {
  return prefix.length === prefix.address.bytes.length * 8
}

function prefixText(prefix: Prefix): string {
  return `${prefix.address.text}/${prefix.length}`
}
