// Operation: the socket for commands, log events, counts, systemd.
// May import `support/`, and the words of `signin/`.
export { type AdminConnection, connectAdmin } from './admin-connection.ts'
export { type AdminOperation, type AdminSocket, startAdminSocket } from './admin-socket.ts'
export { AdminOperationError, OpsError, type OpsErrorCode } from './errors.ts'
