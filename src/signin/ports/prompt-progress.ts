/**
 * The next step of a call. It is taken only where no other process has made one since `seen` was read; 0: there was
 * none.
 */
export type PromptProgress = {
  readonly seen: number
  /** Names the call in webhooks, until another takes its place. */
  readonly token: string
  /** Fit for JSON. It has to be sealed as the record. */
  readonly value: unknown
}
