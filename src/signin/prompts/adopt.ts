import type { SignInParts } from '../parts.ts'
import type { KeptPrompt, PromptOwner } from '../sharing/registry.ts'
import { Call } from './call.ts'
import { Proving } from './proving.ts'

/** Leads on, in this process, what another one has begun: undefined where that cannot be done here. */
export type Adopt = (kept: KeptPrompt) => PromptOwner | undefined

/**
 * A prompt goes on where its process has died, or where its webhook or its answer has come to another one: its call talks on,
 * tries the backup number and is hung up on at the deadline, as if it had been placed here.
 */
export function createAdopt(parts: SignInParts): Adopt {
  return (kept) => {
    const { record } = kept
    const approval = parts.approvals.get(record.method)
    if (approval === undefined) return undefined
    if (record.provesPhone) {
      const proving = new Proving(parts, record.request)
      proving.resume(approval, kept.progress?.value)
      return proving
    }
    const call = new Call(parts, record, record.request)
    call.resume(approval, kept)
    return call
  }
}
