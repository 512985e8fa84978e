import type { Shielded } from '../../signin/index.ts'
import { counted } from '../../support/index.ts'
import { formatUntil } from './times.ts'

/** That passwords are refused without asking the directory, until when and why. */
export function formatShield(
  { untilMs, wrong }: Pick<Shielded, 'untilMs' | 'wrong'>,
  nowMs: number,
): string {
  return `shielded by the directory's lockout until ${formatUntil(untilMs, nowMs)} (${counted(wrong, 'wrong password')})`
}

/** How the shield ends before that. */
export const shieldRemedy =
  'A right password on a computer of the domain, or unlocking the account in the directory, ends it at once. holdfast user unlock does not.'
