// Operation: the socket for commands, log events, counts, systemd, the memory of the process.
// May import `support/`, and the words of `signin/`.

export { type Count, type CounterName, type Counters, createCounters } from './counters.ts'
export { AdminOperationError, OpsError, type OpsErrorCode } from './errors.ts'
export { type LogEvent, type LogLevel, signInEvent } from './log/events.ts'
export { explain } from './log/explain.ts'
export { createLogger, type Logger } from './log/logger.ts'
export { type RememberingLogger, rememberEvents } from './log/past-events.ts'
export { releaseMemoryWhenIdle } from './process/release-memory.ts'
export { surviveStrayRejections } from './process/stray-rejections.ts'
export { connectAsCaller } from './socket/connect-as-caller.ts'
export { type AdminConnection, connectAdmin } from './socket/connection.ts'
export { prepareOwnFolder } from './socket/own-folder.ts'
export type { AdminOperation, OperationContext } from './socket/serve-connection.ts'
export {
  type AdminSocket,
  type AdminSocketOptions,
  adminLimits,
  helpdeskLimits,
  startAdminSocket,
} from './socket/socket.ts'
export { findGroupId, findUserName } from './socket/system-names.ts'
export { watchSocket } from './socket/watch-socket.ts'
export { createSystemdNotifier, type SystemdNotifier } from './systemd-notify.ts'
