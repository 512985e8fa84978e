import { dropReasons } from './drop-reasons.ts'
import { rejectReasons } from './reject-reasons.ts'

/**
 * Every way a request ends, with what an administrator should know: two tables, of which
 * `docs/reference/reasons.md` is generated.
 */
export { dropReasons, rejectReasons }

/** What the time line may tell beside the reason; docs/reference/reasons.md and `holdfast why` explain it. */
export const hints = {
  'clock-off': {
    meaning:
      'The wrong code fits the person’s app or token at a time that is 2 to 10 steps (of 30 s) away from now. With + the clock of the device is ahead of this server’s. With - it is behind, or the code was an old one.',
    remedy:
      'Set the phone’s clock to automatic; timedatectl shows whether the server’s is right. A hardware token that has drifted is accepted again after holdfast authenticator resync NAME, which asks for two codes.',
  },
  'token-not-valid': {
    meaning:
      'The code is right for a token whose codes do not work yet, or no longer: the file it was imported from says from when or until when they do.',
    remedy:
      'Give the person another token. Where the date in the supplier’s file was wrong, correct it and import the file again with --replace; holdfast authenticator list NAME shows the date.',
  },
  'last-code-ahead': {
    meaning:
      'The last accepted code lies in the future: the clock of this server was ahead for a while, and the person signed in then. Until that time comes, every code counts as used.',
    remedy:
      'Check the clock first (timedatectl). Then holdfast user unlock NAME lets new codes work again; codes that were used stay used.',
  },
} as const satisfies Record<string, { readonly meaning: string; readonly remedy: string }>

export type Hint = keyof typeof hints
export type RejectReason = keyof typeof rejectReasons
export type DropReason = keyof typeof dropReasons
export type Reason = 'accepted' | 'challenged' | RejectReason | DropReason
