import { HoldfastError } from '../support/index.ts'

export type OpsErrorCode =
  /** Another process listens on the admin socket. */
  | 'socket-in-use'
  /** The admin socket cannot be made, or its folder is not safe. */
  | 'socket-not-usable'
  /** Nothing listens on the admin socket. */
  | 'service-not-running'
  /** This user may not open the admin socket. */
  | 'permission-denied'
  /** The service went away, or sent what is not an answer, before the result. */
  | 'connection-lost'
  /** The proof of a caller names no user. */
  | 'caller-unproven'
  | 'operation-unknown'
  /** An operation gave more than fits a line. */
  | 'answer-too-large'

export class OpsError extends HoldfastError<OpsErrorCode> {
  override name = 'OpsError'
}

/** The service refused or failed an operation. `code` is the operation’s own. */
export class AdminOperationError extends HoldfastError {
  override name = 'AdminOperationError'
}
