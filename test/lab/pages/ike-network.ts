import { join } from 'node:path'
import { stopOnExit } from '../child.ts'
import type { GatewayHost } from './host.ts'

/** One try to connect, by charon-cmd. */
export type IkeConnection = {
  /** Whether the tunnel is up, once that is known; and what charon-cmd has printed until then. */
  readonly result: Promise<{ readonly isUp: boolean; readonly output: string }>
  disconnect(): void
}

/** The network where people are who connect to a VPN gateway by IKE. It ends with the gateway's machine. */
export type IkeNetwork = {
  connect(person: string, password: string): IkeConnection
}

/** Makes that network at this gateway: it has the address 198.51.100.1 there. `authorities`: files that people trust. */
export async function startIkeNetwork(
  host: GatewayHost,
  authorities: readonly string[],
): Promise<IkeNetwork> {
  const network = host.spawn('sh', [join(import.meta.dirname, 'ike-network.sh')])
  stopOnExit(network, () => {})
  const holder = await new Promise<string>((resolve, reject) => {
    network.stdout.once('data', (text) => resolve(String(text).trim()))
    network.stderr.once('data', (text) => reject(new Error(`no network for IKE: ${text}`)))
  })
  return {
    connect(person, password) {
      const client = host.spawn('setsid', [
        ...['nsenter', '--net', '--target', holder],
        ...['unshare', '--mount', 'sh', join(import.meta.dirname, 'ike-client.sh')],
        ...[person, ...authorities.flatMap((file) => ['--cert', file])],
      ])
      stopOnExit(client, () => {})
      client.stdin.end(`${password}\n`)
      let output = ''
      const result = new Promise<{ isUp: boolean; output: string }>((resolve) => {
        for (const stream of [client.stdout, client.stderr]) {
          stream.on('data', (text) => {
            output += text
            if (/CHILD_SA .* established/.test(output)) resolve({ isUp: true, output })
          })
        }
        client.once('close', () => resolve({ isUp: false, output }))
      })
      return { result, disconnect: () => void client.kill('SIGTERM') }
    },
  }
}
