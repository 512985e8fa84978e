import type { PhoneAuthenticator } from '../accounts/index.ts'
import type { CallDelivery, CallDialogue, CallResult, CallSteps } from '../delivery/index.ts'
import type { PromptRequest } from '../signin/index.ts'
import type { Clock } from '../support/index.ts'

/** How long a phone may ring when there is no one else to try. */
const ringSeconds = 60
/** How long it may ring before the backup number is tried. */
const ringSecondsBeforeBackup = 20
/** Less time than this is not worth a second call: no one takes it, listens and presses a key. */
const leastMsForBackup = 15_000

/**
 * Calls the person's number, and the backup number when the first is busy or no one answers. `begun`: how far another
 * process has got with it.
 */
export function ring(
  request: PromptRequest & { readonly authenticator: PhoneAuthenticator },
  parts: {
    readonly calls: CallDelivery
    readonly clock: Clock
    readonly dialogue: CallDialogue
    readonly language: string
    /** Whether the backup number may be called. */
    readonly backup: boolean
    readonly steps?: CallSteps
    onProviderId(providerId: string): void
  },
  signal: AbortSignal,
  begun?: unknown,
): Promise<CallResult> {
  const { authenticator, deadlineMs } = request
  const { calls } = parts
  const begunAt = begun === undefined ? undefined : calls.numberOf?.(begun)
  const place = (to: string, mayRingSeconds: number, extension?: string) => {
    const call = {
      id: request.id,
      to,
      ...(extension === undefined ? {} : { extension }),
      user: request.user.name,
      dialogue: parts.dialogue,
      language: parts.language,
      deadlineMs,
      ringSeconds: mayRingSeconds,
      ...(parts.steps && { steps: parts.steps }),
      onProviderId: parts.onProviderId,
    }
    return begunAt === to && calls.resume
      ? calls.resume(call, begun, signal)
      : calls.place(call, signal)
  }

  const backup = parts.backup ? authenticator.backupPhone : undefined
  const { phone, extension } = authenticator
  // Straight through where nothing comes after: a function that waits costs a quarter of what a held
  // request may (RULES 32).
  if (backup === undefined) return place(phone, ringSeconds, extension)
  if (begunAt === backup && backup !== phone) return place(backup, ringSeconds)
  return ringBoth()

  async function ringBoth(): Promise<CallResult> {
    const first = await place(phone, ringSecondsBeforeBackup, extension)
    const unreached = first.kind === 'no-answer' || first.kind === 'busy'
    const isWorthwhile = deadlineMs - parts.clock.nowMs() >= leastMsForBackup
    if (backup === undefined || !unreached || !isWorthwhile || signal.aborted) return first
    return place(backup, ringSeconds)
  }
}
