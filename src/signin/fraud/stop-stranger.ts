import type { AccountStore, AuthenticatorStore } from '../../accounts/index.ts'
import type { Clock } from '../../support/index.ts'

/** What a report stops: calls and messages, while codes that are typed go on; or the whole account. */
export type FraudStop = 'prompts' | 'account'

export type StopStrangerParts = {
  readonly accounts: Pick<AccountStore, 'block' | 'stopPrompts'>
  readonly authenticators: Pick<AuthenticatorStore, 'list'>
  readonly clock: Pick<Clock, 'nowMs'>
  /** As the file says; undefined: what the person has decides. */
  readonly onFraud: FraudStop | undefined
}

/**
 * Stops someone else who signs in as this person, and whatever else they may have open. A report is not a weapon against
 * a person who has a code to type: that goes on (PEOPLE R13). `keep`: hash of the session that reports it.
 */
export async function stopStranger(
  { accounts, authenticators, clock, onFraud }: StopStrangerParts,
  userKey: string,
  keep?: Uint8Array,
): Promise<FraudStop> {
  const stop = onFraud ?? ((await hasCodesToType(authenticators, userKey)) ? 'prompts' : 'account')
  if (stop === 'prompts') await accounts.stopPrompts(userKey, clock.nowMs(), keep)
  else await accounts.block(userKey, 'fraud reported by the person', clock.nowMs())
  return stop
}

/** Recovery codes are left out: they run out. */
async function hasCodesToType(
  authenticators: StopStrangerParts['authenticators'],
  userKey: string,
): Promise<boolean> {
  const enrolled = await authenticators.list(userKey)
  return enrolled.some(({ method }) => method === 'totp' || method === 'hotp')
}
