import type { Attempt } from './attempt.ts'
import { note, reject, type SignInParts } from './context.ts'
import type { RejectReason } from './reasons/reasons.ts'
import { createContext, finish } from './sign-in.ts'

/**
 * Refuses, and records, what never comes to a sign-in, such as a conversation of EAP whose TLS failed.
 * `detail`: one line for the time line, without anything secret. Never throws; the attempt gets its answer.
 */
export type Refuse = (attempt: Attempt, reason: RejectReason, detail: string) => void

export function createRefuse(parts: SignInParts): Refuse {
  return (attempt, reason, detail) => {
    parts.open.begin()
    const context = createContext(parts, attempt)
    if (detail !== '') note(context, 'refused', { detail })
    void finish(context, async () => reject(context, reason))
  }
}
