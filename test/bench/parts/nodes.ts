import { benchApprovals } from '../nodes/approvals.ts'
import { benchPhoneApprovals } from '../nodes/phone-approvals.ts'
import { benchRates } from '../nodes/rates.ts'
import type { Part } from './part.ts'

/** One and two nodes on PostgreSQL: how many sign-ins a second, and how fast an approval at one lets in at the other. */
export const benchNodes: Part = async (options) => [
  await benchRates(options),
  await benchApprovals(options),
  await benchPhoneApprovals(options),
]
