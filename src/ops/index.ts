// Operation: the socket for commands, log events, counts, systemd.
// May import `support/`, and the words of `signin/`.
export { type AdminConnection, connectAdmin } from './admin-connection.ts'
export { type AdminOperation, type AdminSocket, startAdminSocket } from './admin-socket.ts'
export { type Count, type CounterName, type Counters, createCounters } from './counters.ts'
export { AdminOperationError, OpsError, type OpsErrorCode } from './errors.ts'
export { type HeadFile, readHeadFile, writeHeadFile } from './head-file.ts'
export { type LogEvent, type LogLevel, signInEvent } from './log-events.ts'
export { createLogger, type Logger } from './logger.ts'
export { prepareOwnFolder } from './own-folder.ts'
export { type RememberingLogger, rememberEvents } from './past-events.ts'
export { createSystemdNotifier, type SystemdNotifier } from './systemd-notify.ts'
