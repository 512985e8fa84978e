/** A notification that went to a phone, since a prompt waited, and what its push service has said. */
export type RungBell = {
  readonly promptId: string
  /** Id of the authenticator. */
  readonly phoneId: string
  readonly userKey: string
  /** Host of the push service. */
  readonly service: string
  readonly atMs: number
  /** A status such as `201`, or the code of an error such as `ECONNREFUSED`. */
  readonly answer: string
}

/** Every method rejects with StoreError when the store fails. */
export interface BellStore {
  /** Takes the place of an earlier answer for the same prompt and phone. */
  note(bell: RungBell): Promise<void>
  /** Of one person, the oldest first. `untilMs` is not in it. */
  list(userKey: string, fromMs: number, untilMs: number): Promise<readonly RungBell[]>
  /** What push services have said since then, to all people. */
  count(
    sinceMs: number,
  ): Promise<
    readonly { readonly service: string; readonly answer: string; readonly times: number }[]
  >
  /** Phones of all people. `lost`: those whose push service has ended the subscription. */
  countPhones(): Promise<{
    readonly phones: number
    readonly subscribed: number
    readonly lost: number
  }>
  /** Takes away what is older than 30 days, a step of rows at a time. Gives how many there were. */
  purge(nowMs: number, stepRows: number): Promise<number>
}
