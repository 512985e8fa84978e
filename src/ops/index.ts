// Operation: the socket for commands, log events, counts, systemd.
// May import `support/`, and the words of `signin/`.
export { type AdminConnection, connectAdmin } from './admin-connection.ts'
export {
  type AdminSocket,
  type AdminSocketOptions,
  adminLimits,
  helpdeskLimits,
  startAdminSocket,
} from './admin-socket.ts'
export { type Count, type CounterName, type Counters, createCounters } from './counters.ts'
export { AdminOperationError, OpsError, type OpsErrorCode } from './errors.ts'
export { type HeadFile, readHeadFile, writeHeadFile } from './head-file.ts'
export { connectAsCaller } from './introduce.ts'
export { type LogEvent, type LogLevel, signInEvent } from './log-events.ts'
export { createLogger, type Logger } from './logger.ts'
export { prepareOwnFolder } from './own-folder.ts'
export { type RememberingLogger, rememberEvents } from './past-events.ts'
export type { AdminOperation, OperationContext } from './serve-connection.ts'
export { findGroupId, findUserName } from './system-names.ts'
export { createSystemdNotifier, type SystemdNotifier } from './systemd-notify.ts'
