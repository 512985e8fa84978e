import type { Shielded } from '../signin/index.ts'
import { formatUntil } from './times.ts'

/** That passwords are refused without asking the directory, until when and why. */
export function formatShield(
  { untilMs, wrong }: Pick<Shielded, 'untilMs' | 'wrong'>,
  nowMs: number,
): string {
  const passwords = wrong === 1 ? 'password' : 'passwords'
  return `shielded by the directory's lockout until ${formatUntil(untilMs, nowMs)} (${wrong} wrong ${passwords})`
}

/** How the shield ends before that. */
export const shieldRemedy =
  'A right password on a computer of the domain, or unlocking the account in the directory, ends it at once. holdfast user unlock does not.'
