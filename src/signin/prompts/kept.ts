import type { SignInParts } from '../parts.ts'
import type { PromptResult, PromptSteps } from '../ports/index.ts'

type Parts = Pick<SignInParts, 'clock' | 'registry' | 'wheel'>

/** How long a result stays for those who ask later: an approval after the Reject is good for that long (RULES 14). */
const resultKeptMs = 60_000
/** Between two tries to tell the end to a registry that fails. */
const retryMs = 1_000

/**
 * The steps of the call of a prompt; undefined where no other process goes on with it. Before each step `refused` hears
 * whether the gateway was told no, which decides what is said at the end.
 */
export function stepsOf(
  { registry }: Pick<Parts, 'registry'>,
  id: string,
  refused: () => void,
): PromptSteps | undefined {
  if (!registry.isShared) return undefined
  return {
    async look() {
      const kept = await registry.findKept(id)
      if (kept?.gatewayWasRefused) refused()
      return kept && (kept.progress ?? { count: 0 })
    },
    save: (step) => registry.saveProgress(id, step),
  }
}

/**
 * Ends a prompt: false where another process was faster, and its end is kept. Where the registry is away the end waits
 * for it, as long as it would be kept there.
 */
export async function tellEnd(
  { clock, registry, wheel }: Parts,
  { deadlineMs, id }: { readonly id: string; readonly deadlineMs: number },
  result: PromptResult,
  onFailure: (error: unknown) => void,
): Promise<boolean> {
  for (;;) {
    try {
      return await registry.endPrompt(id, result, resultKeptMs)
    } catch (error) {
      onFailure(error)
      if (clock.nowMs() > deadlineMs + resultKeptMs) return false
      await new Promise<void>((resolve) => void wheel.at(clock.nowMs() + retryMs, resolve))
    }
  }
}
