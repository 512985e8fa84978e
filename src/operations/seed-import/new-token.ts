import type { Token } from '../../store/index.ts'
import type { SeedArgs } from './seed-args.ts'

/** The token that a seed of a file becomes. */
export function newToken(
  wanted: SeedArgs,
  given: Pick<Token, 'id' | 'userKey' | 'createdAtMs'>,
): Token {
  const { algorithm, digits, validFromMs, validUntilMs } = wanted
  const seed = new Uint8Array(Buffer.from(wanted.seed, 'base64'))
  const common = {
    ...given,
    ...{ label: labelOf(wanted), seed, algorithm, digits, setUpBy: 'import' as const },
    ...(validFromMs === undefined ? {} : { validFromMs }),
    ...(validUntilMs === undefined ? {} : { validUntilMs }),
  }
  if (wanted.method === 'hotp') return { ...common, method: 'hotp', counter: wanted.counter }
  const { periodSeconds, driftSteps } = wanted
  return { ...common, method: 'totp', periodSeconds, driftSteps, lastStep: -1 }
}

/** A token that takes the place of one with the same seed: codes that were used stay used. */
export function keepUsed(fresh: Token, old: Token): Token {
  if (!Buffer.from(fresh.seed).equals(old.seed)) return fresh
  if (fresh.method === 'hotp' && old.method === 'hotp') {
    return { ...fresh, counter: Math.max(fresh.counter, old.counter) }
  }
  if (fresh.method !== 'totp' || old.method !== 'totp') return fresh
  // With another interval the same code comes at a different time.
  if (fresh.periodSeconds !== old.periodSeconds) return fresh
  return { ...fresh, lastStep: Math.max(old.lastStep, ...(old.spentAhead ?? [])) }
}

/** The serial number is how people tell tokens apart, so the label holds it. */
function labelOf({ label, serial }: SeedArgs): string {
  if (serial === undefined) return label ?? ''
  return label === undefined ? `token ${serial}` : `${label} ${serial}`
}
