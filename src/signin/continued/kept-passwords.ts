import type { User } from '../../accounts/index.ts'
import { Secret } from '../../support/index.ts'
import type { Context, ExpiredPassword } from '../context.ts'
import type { Outcome } from '../outcome.ts'
import { stateId } from '../state/state.ts'

/** Keeps the passwords, sealed, until the challenge is answered or too old. */
export async function keepExpired(
  context: Context,
  outcome: Outcome & { kind: 'challenge' },
): Promise<void> {
  const { expired, parts, user } = context
  if (expired === undefined || user === undefined) return
  const { old, chosen } = expired
  const text = JSON.stringify([old, chosen].map((each) => each?.reveal()))
  const sealed = parts.continuationSealer.seal(outcome.state, user.key, text)
  const untilMs = parts.clock.nowMs() + outcome.timeoutSeconds * 1_000
  await parts.registry.keepSealed(stateId(outcome.state), sealed, untilMs)
}

/** What was kept for this State, once; undefined when another process kept it. */
export async function takeExpired(
  { parts }: Context,
  user: User,
  state: Uint8Array,
): Promise<ExpiredPassword | undefined> {
  const sealed = await parts.registry.takeSealed(stateId(state))
  const text = sealed && parts.continuationSealer.open(state, user.key, sealed)
  if (text === undefined) return undefined
  const [old, chosen] = JSON.parse(text) as [string, string | null]
  return { old: new Secret(old), ...(chosen === null ? {} : { chosen: new Secret(chosen) }) }
}
