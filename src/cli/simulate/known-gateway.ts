import type { GatewayView } from '../../operations/index.ts'
import { CliError } from '../errors.ts'
import { type CliIo, note } from '../io.ts'
import type { Target } from '../service/find-service.ts'
import { withService } from '../service/session.ts'
import type { Session } from '../service/session-type.ts'
import { reachable, type TryTarget } from '../try/target.ts'
import type { GatewayKind } from './options.ts'

/** What the running service says of the gateway that is played, and of where it listens. */
export type Service = {
  readonly gateway?: GatewayView
  readonly listen: readonly TryTarget['server'][]
}

/**
 * Asks the service that `args` names. With `--server` it may be another one, of which nothing is
 * known. Throws CliError `usage` and AdminError `gateway-unknown`.
 */
export async function askService(
  args: Target & { readonly gateway?: string | undefined; readonly server?: string | undefined },
  kind: GatewayKind,
  io: CliIo,
): Promise<Service> {
  if (args.server !== undefined) {
    if (args.gateway === undefined) return { listen: [] }
    throw new CliError('usage', 'With --server, name the gateway by its --nas-identifier.')
  }
  return await withService(args, io, async (session) => {
    const { listen } = await session.call('status', {})
    const gateway =
      args.gateway === undefined
        ? await guessGateway(session, kind, io)
        : await session.call('gateway.show', { name: args.gateway })
    return { listen: listen.map(reachable), ...(gateway === undefined ? {} : { gateway }) }
  })
}

/** The gateway of this preset, or else the one that any request comes to. */
async function guessGateway(
  session: Session,
  { name, preset }: GatewayKind,
  io: CliIo,
): Promise<GatewayView | undefined> {
  const gateways = await session.call('gateway.list', {})
  const alike = gateways.filter(({ kind }) => kind === preset.title)
  const [first, second] = alike
  if (second !== undefined) {
    const names = alike.map((gateway) => gateway.name).join(', ')
    throw new CliError(
      'usage',
      `Several gateways have the preset ${name}: --gateway one of ${names}.`,
    )
  }
  if (first !== undefined) return first
  const any = gateways.find(({ nasIdentifier }) => nasIdentifier === '*')
  const only = any ?? (gateways.length === 1 ? gateways[0] : undefined)
  const taken = only === undefined ? 'none is named (--gateway)' : `it is played at ${only.name}`
  note(io, `No gateway here has the preset ${name}; ${taken}.`)
  return only
}

/** A NAS-Identifier that the gateway's setting fits; undefined where none is needed. */
export function nasIdentifierOf(gateway: GatewayView | undefined): string | undefined {
  const fits = gateway?.nasIdentifier?.replace(/\*$/, '')
  return fits === '' ? undefined : fits
}
