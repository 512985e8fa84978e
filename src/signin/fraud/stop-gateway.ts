import type { AccountStore, RememberedStore } from '../../accounts/index.ts'
import type { Clock } from '../../support/index.ts'

type Parts = {
  readonly accounts: Pick<AccountStore, 'block' | 'noteUser'>
  readonly remembered: Pick<RememberedStore, 'forget'>
  readonly clock: Pick<Clock, 'nowMs'>
}

/**
 * Stops the prompts of a gateway where no password was proven: anyone who knows a name could ask there, and the report
 * must not be a weapon against the person who makes it (RULES 4).
 */
export async function stopGateway(
  { accounts, clock, remembered }: Parts,
  gateway: string,
  userKey: string,
): Promise<'gateway'> {
  const account = gatewayAccount(gateway)
  await accounts.block(account, 'fraud reported by the person', clock.nowMs())
  // So that a command finds it: holdfast user unlock gateway:NAME.
  await accounts.noteUser(account, gateway)
  // Something of the account may be left.
  await remembered.forget(userKey)
  return 'gateway'
}

/** Account that stands for the prompts of a gateway without passwords. */
export function gatewayAccount(gateway: string): string {
  return `gateway:${gateway}`
}
