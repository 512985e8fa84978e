import type { User } from '../../accounts/index.ts'
import { dayMs } from '../../support/index.ts'
import { type Context, note } from '../context.ts'

/** An account that was not used for so long may be forgotten by its owner, and known to others. */
const idleAfterMs = 30 * dayMs

/**
 * Notes that the account of a person who has nothing enrolled was not used for long. It is asked for before any password is
 * tried: one right password, and the directory no longer tells (PEOPLE R2).
 */
export async function noteIdle(context: Context, { key }: User, lastSeenMs: number): Promise<void> {
  const { authenticators, clock, personRecords } = context.parts
  const nowMs = clock.nowMs()
  if (nowMs - lastSeenMs <= idleAfterMs) return
  if ((await authenticators.list(key)).length > 0) return
  await personRecords.markIdle(key, lastSeenMs, nowMs)
  note(context, 'account-idle', { since: new Date(lastSeenMs).toISOString() })
}
