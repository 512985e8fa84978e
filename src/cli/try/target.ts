import { formatEndpoint, parseEndpoint } from '../../config/schema/fields.ts'
import { type DemoFile, demoFilePath, readDemoFile } from '../demo/file.ts'
import { CliError } from '../errors.ts'
import { readSecretLine } from '../files.ts'
import { type CliIo, note } from '../io.ts'
import { candidateSockets, passedOverDemo, type Target } from '../service/find-service.ts'
import { listening, withService } from '../service/session.ts'

export type TryTarget = {
  readonly server: { readonly address: string; readonly port: number }
  readonly gatewaySecret: string
  /** The running demo, where that is what it is sent to. */
  readonly demo?: DemoFile
}

/**
 * Where `try` sends to and with which secret: flags first, then a demo of this user, which tells both, then the running
 * service, which tells its address: only the secret has to be given.
 */
export async function findTryTarget(
  args: Target & {
    readonly server?: string | undefined
    readonly gatewaySecret?: string | undefined
    readonly gatewaySecretFile?: string | undefined
  },
  io: CliIo,
): Promise<TryTarget> {
  const given =
    args.gatewaySecretFile === undefined
      ? args.gatewaySecret
      : readSecretLine(args.gatewaySecretFile, io)
  const demo = findDemo(args, io)
  const gatewaySecret = given ?? demo?.gatewaySecret
  if (gatewaySecret === undefined) {
    const other = passedOverDemo(args, io)
    const hint =
      other === undefined
        ? 'Only a running demo gives its secret by itself.'
        : `To try the demo, add --socket ${other.socket}.`
    throw new CliError(
      'usage',
      `The secret of a gateway is needed: --gateway-secret-file FILE. ${hint}`,
    )
  }
  if (args.server !== undefined) return { server: parseServer(args.server), gatewaySecret }
  if (demo && given === undefined) {
    const [service] = await listening(
      candidateSockets(args, io).filter((socket) => socket !== demo.socket),
    )
    if (service !== undefined) {
      const server = formatEndpoint(demo.radius)
      note(io, `Trying the demo at ${server}; the service at ${service} runs too (--socket).`)
    }
    return { server: demo.radius, gatewaySecret, demo }
  }
  const { listen } = await withService(args, io, (session) => session.call('status', {}))
  const [server] = listen.map(reachable)
  if (!server) throw new CliError('usage', 'The service does not say where it listens: --server.')
  return { server, gatewaySecret }
}

/** The running demo, unless the flags name something else. */
function findDemo(target: Target, io: CliIo): DemoFile | undefined {
  const demo = readDemoFile(demoFilePath(io.env, io.uid), io.uid)
  return demo && candidateSockets(target, io).includes(demo.socket) ? demo : undefined
}

/** A service that listens on every address is reached on the loopback one. */
export function reachable({ address, port }: TryTarget['server']): TryTarget['server'] {
  const loopback = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : address
  return { address: loopback, port }
}

/** Throws CliError `usage`. */
export function parseServer(text: string): TryTarget['server'] {
  const server = parseEndpoint(text)
  if (server && server.port > 0) return server
  throw new CliError(
    'usage',
    '--server takes an address and a port, such as 192.0.2.1:1812 or [2001:db8::1]:1812.',
  )
}
