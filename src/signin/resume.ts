import { createHash } from 'node:crypto'
import type { User } from '../accounts/index.ts'
import type { Attempt } from './attempt.ts'
import { type Context, reject, type SignInParts } from './context.ts'
import type { Outcome } from './outcome.ts'
import type { OpenedState } from './state.ts'

/** Opens the State of the request: undefined for a new sign-in, `invalid` for what nobody may use. */
export function openState(
  parts: SignInParts,
  attempt: Attempt,
): OpenedState | 'invalid' | undefined {
  if (attempt.state === undefined) return undefined
  return parts.states.open(attempt.state, attempt.gateway.name, parts.clock.nowMs()) ?? 'invalid'
}

/** A State belongs to one person and is good for one answer; a lost reply is the matter of joining, which comes before. */
export async function spendState(context: Context, user: User): Promise<Outcome | undefined> {
  const { attempt, parts, resumed } = context
  if (attempt.state === undefined || resumed === undefined) return undefined
  if (!resumed.belongsTo(user.key)) return reject(context, 'state-invalid')
  const fresh = await parts.registry.spend('state', stateId(attempt.state), resumed.endsMs)
  return fresh ? undefined : reject(context, 'state-invalid')
}

/** Short and unique: the last 16 bytes are the seal's tag. */
export function stateId(state: Uint8Array): string {
  return createHash('sha256').update(state).digest('base64url').slice(0, 22)
}
