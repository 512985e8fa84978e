// The sign-in: its steps, policy, joining, State, and the ports it needs. Knows no packets, no sockets.
// May import `accounts/` and `support/`.
export type * from './attempt.ts'
export type * from './outcome.ts'
export type * from './ports.ts'
export {
  type DropReason,
  dropReasons,
  type Reason,
  type RejectReason,
  rejectReasons,
  type TextKey,
} from './reasons.ts'
