/** Where a prompt comes from, for counting those that get no yes. */
export type PromptPlace = {
  /** Gateways of one group count as one. */
  readonly group: string
  /** Label of the gateway, as people know it. */
  readonly gateway: string
  /** Network of the device: an IPv4 address, or the /64 of an IPv6 address. '' where the gateway does not tell it reliably. */
  readonly network: string
}

/** Prompts from one place that were refused or not answered, one after the other (PEOPLE R12). */
export type Unanswered = PromptPlace & {
  /** Names the place of this person. */
  readonly id: string
  readonly times: number
  /** They are counted until then, in milliseconds since 1970. */
  readonly untilMs: number
  /** Nothing is asked from there until then; absent: there were too few. */
  readonly pausedUntilMs?: number
}

/** This many in a row pause the prompts from their place. */
export const unansweredPrompts = 3
/** How long a pause lasts, and how long a prompt without an answer is counted. */
export const pauseMs = 3_600_000

/** Counts what people do not answer. `AccountState.unanswered` has what it came to. */
export interface PauseStore {
  /** Counts one more, in one atomic statement; `unansweredPrompts` of them begin a pause. */
  note(userKey: string, place: PromptPlace, nowMs: number): Promise<Unanswered>
  /** The person was there: counting begins again. A pause stays. */
  settle(userKey: string, place: PromptPlace): Promise<void>
  /** Ends the pause with this id. False where there is none. */
  end(userKey: string, id: string, nowMs: number): Promise<boolean>
  purge(nowMs: number, stepRows: number): Promise<number>
}

/** The pauses that have not ended. */
export function pausesOf(
  { unanswered = [] }: { readonly unanswered?: readonly Unanswered[] },
  nowMs: number,
): readonly (Unanswered & { readonly pausedUntilMs: number })[] {
  return unanswered.flatMap((one) =>
    one.pausedUntilMs !== undefined && one.pausedUntilMs > nowMs
      ? [{ ...one, pausedUntilMs: one.pausedUntilMs }]
      : [],
  )
}
