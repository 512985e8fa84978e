import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { type Endpoint, formatEndpoint } from '../../config/index.ts'
import type { CliIo } from '../io.ts'

/** The country of the language that this machine speaks: NL of nl_NL.UTF-8. English says little. */
export function countryOfLocale(env: CliIo['env']): string | undefined {
  const locale = env.LC_ALL || env.LC_TELEPHONE || env.LC_MESSAGES || env.LANG || ''
  const [, country] = /^[a-z]{2,3}_([A-Z]{2})\b/.exec(locale) ?? []
  return country
}

/** The domain that this machine looks names up in first (resolv.conf(5)). */
export function searchDomain(file = '/etc/resolv.conf'): string | undefined {
  const [, domain] = /^(?:search|domain)\s+(\S+)/m.exec(readOrNothing(file)) ?? []
  return domain?.includes('.') ? domain : undefined
}

/** The router of this machine, which is often the gateway too. */
export function defaultRouter(file = '/proc/net/route'): string | undefined {
  const rows = readOrNothing(file)
    .split('\n')
    .map((line) => line.split('\t'))
  const [, , router = ''] = rows.find(([, destination]) => destination === '00000000') ?? []
  // Four bytes, the last one first, on the machines that Node runs on.
  const bytes = router.match(/../g)?.map((byte) => Number.parseInt(byte, 16)) ?? []
  const address = bytes.toReversed().join('.')
  return isIP(address) === 4 && address !== '0.0.0.0' ? address : undefined
}

/** Why UDP cannot be received at one of these; undefined where it can. */
export async function whyNotListen(endpoints: readonly Endpoint[]): Promise<string | undefined> {
  for (const endpoint of endpoints) {
    const { address, port } = endpoint
    const isV6 = isIP(address) === 6
    const socket = createSocket({ type: isV6 ? 'udp6' : 'udp4', ipv6Only: isV6 })
    try {
      socket.bind({ address, port, exclusive: true })
      await once(socket, 'listening')
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      const isWithoutV6 = isV6 && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL')
      if (!isWithoutV6) return portProblem(formatEndpoint(endpoint), port, code)
    } finally {
      socket.close()
    }
  }
  return undefined
}

function portProblem(where: string, port: number, code: string): string {
  if (code === 'EADDRINUSE') {
    return `UDP port ${port} is in use by another program (${where}); ss -lunp "sport = :${port}" shows which. Stop that program, or listen elsewhere.`
  }
  if (code === 'EACCES') {
    return `This user may not listen on port ${port}. Use a port from 1024 on.`
  }
  return `This machine cannot listen on ${where} (${code}).`
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
