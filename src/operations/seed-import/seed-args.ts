import * as z from 'zod'
import { personName } from '../operation.ts'
import { maximumSeedsPerCall } from '../page-sizes.ts'

const whole = z.int().min(0)

/** One seed of a file, as the command line sends it. `seed` travels as base64. */
const seedArgs = z.strictObject({
  line: whole,
  /** Absent: a spare token, which someone claims by its serial number. */
  user: personName.optional(),
  serial: z.string().max(256).optional(),
  label: z.string().max(256).optional(),
  method: z.enum(['totp', 'hotp']),
  seed: z.base64(),
  algorithm: z.enum(['sha1', 'sha256', 'sha512']),
  digits: z.union([z.literal(6), z.literal(8)]),
  periodSeconds: z.union([z.literal(30), z.literal(60)]),
  counter: whole,
  driftSteps: z.int().min(-100).max(100),
  validFromMs: whole.optional(),
  validUntilMs: whole.optional(),
})
export type SeedArgs = z.output<typeof seedArgs>

export const importArgs = z.strictObject({
  seeds: z.array(seedArgs).min(1).max(maximumSeedsPerCall),
  /** Says what would happen; stores nothing. */
  dryRun: z.boolean(),
  /** Takes the place of a token of the same person with the same serial number or seed. */
  replace: z.boolean().default(false),
  /** Stores the others where some are refused. */
  skipRefused: z.boolean().default(false),
  /** What an earlier dry run said would happen; when it is something else now, nothing is stored. */
  plan: z.string().max(64).optional(),
})
