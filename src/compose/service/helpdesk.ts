import { type Config, helpdeskSocket } from '../../config/index.ts'
import { type CheckRow, checkHelpdesk, type HelpdeskOperations } from '../../operations/index.ts'
import {
  type AdminSocket,
  type AdminSocketOptions,
  findGroupId,
  helpdeskLimits,
  type Logger,
  startAdminSocket,
  watchSocket,
} from '../../ops/index.ts'
import { type Clock, HoldfastError } from '../../support/index.ts'

export type Helpdesk = {
  close(): Promise<void>
  /** What `check` says of it. */
  row(): CheckRow
}

/**
 * Opens the socket of the helpdesk where the configuration names its group. What is wrong with the group must not
 * stop sign-ins: it is logged, and `check` fails.
 */
export async function startHelpdesk(options: {
  readonly config: Pick<Config, 'adminSocket' | 'helpdeskGroup'>
  readonly helpdesk: HelpdeskOperations
  readonly clock: Clock
  readonly logger: Logger
  readonly onInternalError: AdminSocketOptions['onInternalError']
}): Promise<Helpdesk | undefined> {
  const { config, helpdesk, clock, logger, onInternalError } = options
  const { helpdeskGroup: group } = config
  if (group === undefined) return undefined
  const path = helpdeskSocket(config.adminSocket)
  let socket: AdminSocket | undefined
  let failure: string | undefined
  try {
    const gid = await findGroupId(group)
    if (gid === undefined)
      throw new HoldfastError('group-unknown', `this machine has no group ${group}`)
    const listen = () =>
      startAdminSocket({
        ...{ path, group: gid, clock, onInternalError },
        ...{ via: 'helpdesk-socket', limits: helpdeskLimits },
        ...helpdesk,
      })
    socket = await watchSocket(path, listen, { clock, logger })
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    failure = error.message
    logger.log({ event: 'helpdesk-unusable', group, detail: failure })
  }
  return {
    close: async () => socket?.close(),
    row: () => checkHelpdesk({ group, path, failure }),
  }
}
