import type { Method } from './authenticator.ts'

/** Where a sign-in is taken as the same again: one person's device at one group of gateways. */
export type RememberedPlace = {
  readonly userKey: string
  /** Group of the gateway. */
  readonly gatewayGroup: string
  /** MAC: 12 hex digits in lower case; address: without port; certificate: its serial number, in hex. */
  readonly device: { readonly kind: 'mac' | 'address' | 'certificate'; readonly value: string }
  /** Name of the wireless network (SSID), of a MAC address that was made up for it; otherwise ''. */
  readonly network: string
}

/** A sign-in with both factors that stands for the second factor of later ones, for a while. */
export type RememberedSignIn = RememberedPlace & {
  /** The second factor it had. */
  readonly method: Method
  /** When it was, and until when it is valid at most: milliseconds since 1970. */
  readonly atMs: number
  readonly untilMs: number
}

/** Sign-ins that are remembered, one for each place. Every method rejects with StoreError when the store fails. */
export interface RememberedStore {
  /**
   * What is remembered of a place, ended or not; undefined where there is nothing, where `passwordStamp` differs from
   * the one of that time, and for a row that was not written by `keep`.
   */
  find(place: RememberedPlace, passwordStamp: string): Promise<RememberedSignIn | undefined>
  /** Takes the place of what was there. Keeps nothing of someone who is blocked. */
  keep(signIn: RememberedSignIn, passwordStamp: string): Promise<void>
  /** What has not ended, the latest first. */
  list(userKey: string, nowMs: number): Promise<readonly RememberedSignIn[]>
  /** Takes away what is remembered of a person, or of one of their devices. Gives how many there were. */
  forget(userKey: string, device?: RememberedPlace['device']): Promise<number>
  /** Takes away what has ended, a step of rows at a time, so that sign-ins go on in between. Gives how many there were. */
  purge(nowMs: number, stepRows: number): Promise<number>
}
