import { explain } from '../ops/index.ts'
import type { Lasting } from './generation.ts'
import type { SecondFactors } from './methods.ts'

/**
 * Prompts that an earlier process left open: their calls are ended, and until they would have been
 * over nobody is rung again (RULES 25). Their rows stay until then, so that a process which is killed
 * again and again does not ring at each start.
 */
export async function endOrphanPrompts(
  { opened, registry, clock, wheel, logger }: Lasting,
  { approval }: SecondFactors,
): Promise<void> {
  const { prompts } = opened.store
  const orphans = await prompts.listOpen()
  if (orphans.length === 0) return
  const nowMs = clock.nowMs()
  for (const { id, userKey, providerId, deadlineMs } of orphans) {
    if (providerId !== undefined) void approval?.endOrphan(providerId)
    if (deadlineMs <= nowMs) {
      await prompts.close(id)
      continue
    }
    await registry.noteInterrupted(userKey, deadlineMs)
    wheel.at(deadlineMs, () => {
      prompts
        .close(id)
        .catch((error: unknown) => logger.log({ event: 'store-failed', ...explain(error) }))
    })
  }
  logger.log({ event: 'prompts-ended', count: orphans.length })
}
