import type { Lasting } from './generation.ts'
import type { SecondFactors } from './methods.ts'

/**
 * Prompts that an earlier process left open: their calls are ended, and until they would have been
 * over nobody is rung again (RULES 25).
 */
export async function endOrphanPrompts(
  { opened, registry, clock, logger }: Lasting,
  { approval }: SecondFactors,
): Promise<void> {
  const { prompts } = opened.store
  const orphans = await prompts.listOpen()
  if (orphans.length === 0) return
  const nowMs = clock.nowMs()
  for (const orphan of orphans) {
    if (orphan.deadlineMs > nowMs) await registry.noteInterrupted(orphan.userKey, orphan.deadlineMs)
    if (orphan.providerId !== undefined) void approval?.endOrphan(orphan.providerId)
    await prompts.close(orphan.id)
  }
  logger.log({ event: 'prompts-ended', count: orphans.length })
}
