import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import { parseAddress } from '../../support/index.ts'

/** Where to listen: an address of this machine, or `0.0.0.0` or `::` for all of that family. */
export type ListenAddress = { readonly address: string; readonly port: number }

/** One socket to bind. `wildcard`: the address came from the machine, not from the configuration. */
export type PlannedSocket = ListenAddress & {
  readonly family: 4 | 6
  readonly wildcard: boolean
}

/** As `os.networkInterfaces`. */
export type Interfaces = () => ReturnType<typeof networkInterfaces>

/**
 * One socket for each local address. Node cannot choose the source of a reply, so a socket on a wildcard would
 * answer from another address than the one that was asked. The gateway would drop that reply (RULES 33).
 * What is not an address is left to the system to refuse.
 */
export function planSockets(
  listen: readonly ListenAddress[],
  interfaces: Interfaces = networkInterfaces,
): Map<string, PlannedSocket> {
  const plan = new Map<string, PlannedSocket>()
  function add(address: string, port: number, wildcard: boolean): void {
    const key = `${address}|${port}`
    const family = address.includes(':') ? 6 : 4
    // The explicit one wins: it must be there, a machine's address may come and go.
    if (!wildcard || !plan.has(key)) plan.set(key, { address, port, family, wildcard })
  }
  for (const { address, port } of listen) {
    const family = wildcardFamily(address)
    if (family === undefined) add(parseAddress(address)?.text ?? address, port, false)
    else for (const local of localAddresses(family, interfaces)) add(local, port, true)
  }
  return plan
}

/** Whether the plan can change while we run. */
export function hasWildcard(listen: readonly ListenAddress[]): boolean {
  return listen.some(({ address }) => wildcardFamily(address) !== undefined)
}

function wildcardFamily(address: string): 'IPv4' | 'IPv6' | undefined {
  const text = parseAddress(address)?.text
  if (text === '0.0.0.0') return 'IPv4'
  return text === '::' ? 'IPv6' : undefined
}

function localAddresses(family: 'IPv4' | 'IPv6', interfaces: Interfaces): string[] {
  const addresses: string[] = []
  for (const [name, infos] of Object.entries(interfaces())) {
    for (const info of infos ?? []) {
      if (info.family === family) addresses.push(withZone(info, name))
    }
  }
  return addresses
}

/** A link-local address means something only together with its interface (RFC 4007). */
function withZone(info: NetworkInterfaceInfo, name: string): string {
  const isLinkLocal = info.family === 'IPv6' && info.address.toLowerCase().startsWith('fe80:')
  return isLinkLocal ? `${info.address}%${name}` : info.address
}
