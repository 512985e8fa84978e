/** A while in which the password alone lets people of a group in who never had anything set up (PEOPLE R2). */
export type Campaign = {
  readonly name: string
  /** Folded as the groups of a user. */
  readonly group: string
  /** Names of the gateways where it applies. */
  readonly gateways: readonly string[]
  /** Milliseconds since 1970; `untilMs` is the first moment at which it is no longer valid. */
  readonly fromMs: number
  readonly untilMs: number
}

/** What is known of the past of a person at a gateway. */
export interface SecondFactorHistory {
  /**
   * Whether the person has needed a second factor at this gateway: one was given or asked for at any time, or the sign-in
   * was refused before `beforeMs` because there was none.
   */
  hasNeeded(userKey: string, gateway: string, beforeMs: number): Promise<boolean>
  /**
   * When the person was last let in with a second factor at this gateway from this device, not before `sinceMs`. Undefined
   * also where anyone else has come from there since, or a sign-in from there was not let in, or there are too many rows
   * to be sure.
   */
  lastAlone(
    userKey: string,
    gateway: string,
    device: string,
    sinceMs: number,
  ): Promise<number | undefined>
}
