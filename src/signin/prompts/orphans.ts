import type { Method, PromptStore } from '../../accounts/index.ts'
import type { Clock, TimerWheel } from '../../support/index.ts'
import type { ApprovalMethod } from '../ports/index.ts'
import type { SignInRegistry } from '../sharing/registry.ts'

export type OrphanParts = {
  readonly prompts: Pick<PromptStore, 'listOpen' | 'close'>
  readonly registry: Pick<SignInRegistry, 'isShared' | 'noteInterrupted'>
  readonly approvals: ReadonlyMap<Method, Pick<ApprovalMethod, 'endOrphan'>>
  readonly clock: Clock
  readonly wheel: Pick<TimerWheel, 'at'>
  readonly onError: (error: unknown) => void
  readonly log: (event: { readonly event: 'prompts-ended'; readonly count: number }) => void
}

/** A prompt that any process goes on with has ended by then, whichever process had to take its row away. */
const overdueMs = 60_000

/**
 * Prompts that an earlier process left open: their calls are ended, and until they would have been
 * over no one is rung again (RULES 25). Their rows stay until then, so that a process which is killed
 * again and again does not ring at each start. Where other processes go on with them, this start ends none.
 */
export async function endOrphanPrompts(parts: OrphanParts): Promise<void> {
  const { prompts, registry, approvals, clock, wheel, onError, log } = parts
  const orphans = await prompts.listOpen()
  const nowMs = clock.nowMs()
  if (registry.isShared) {
    const overdue = orphans.filter(({ deadlineMs }) => deadlineMs + overdueMs <= nowMs)
    for (const { id } of overdue) await prompts.close(id)
    return
  }
  if (orphans.length === 0) return
  for (const { id, userKey, method, providerId, deadlineMs } of orphans) {
    if (providerId !== undefined) void approvals.get(method)?.endOrphan(providerId)
    if (deadlineMs <= nowMs) {
      await prompts.close(id)
      continue
    }
    await registry.noteInterrupted(userKey, deadlineMs)
    wheel.at(deadlineMs, () => {
      prompts.close(id).catch(onError)
    })
  }
  log({ event: 'prompts-ended', count: orphans.length })
}
