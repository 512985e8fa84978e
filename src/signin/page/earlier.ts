import type { User } from '../../accounts/index.ts'
import { dayMs } from '../../support/index.ts'
import type { Context } from '../context.ts'
import { addressFrom, personAddress } from '../evidence.ts'
import type { PageFacts } from '../sharing/registry.ts'

/**
 * When the person was let in before from where this sign-in comes from: probably their own device connects again. The
 * hint is given only for an address that the gateway says is the person's, and from which no one else and no refused
 * sign-in has come for a day: a hint must not talk anyone into a yes.
 */
export async function earlierFrom(
  { attempt, parts }: Context,
  user: User,
): Promise<Pick<PageFacts, 'earlierAtMs'>> {
  const { clock, history, settings } = parts
  if (!settings.tellsEarlier || personAddress(attempt) === undefined) return {}
  const sinceMs = clock.nowMs() - dayMs
  try {
    const { name } = attempt.gateway
    const atMs = await history.lastAlone(user.key, name, addressFrom(attempt), sinceMs)
    return atMs === undefined ? {} : { earlierAtMs: atMs }
  } catch {
    // A sign-in needs no hint.
    return {}
  }
}
