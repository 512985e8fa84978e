import type { Config } from '../../config/index.ts'
import { explain, startAdminSocket, watchSocket } from '../../ops/index.ts'
import type { Lasting } from '../lasting.ts'
import { type Helpdesk, startHelpdesk } from './helpdesk.ts'
import type { ServiceOperations } from './operations.ts'

/** Opens the socket for commands, and that of the helpdesk where there is one. */
export async function startCommands(
  config: Config,
  { clock, logger }: Lasting,
  { operations, helpdesk }: ServiceOperations,
  ends: AsyncDisposableStack,
): Promise<Helpdesk | undefined> {
  const onInternalError = (operation: string, error: unknown) =>
    logger.log({ event: 'internal-error', where: operation, ...explain(error) })
  const path = config.adminSocket
  const listen = () => startAdminSocket({ path, operations, clock, onInternalError })
  const socket = await watchSocket(path, listen, { clock, logger })
  ends.defer(() => socket.close())
  const started = await startHelpdesk({ config, helpdesk, clock, logger, onInternalError })
  ends.defer(async () => started?.close())
  return started
}
