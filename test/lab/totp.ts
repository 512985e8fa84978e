import { execFileSync } from 'node:child_process'

/** The code an app would show now, by oathtool. `seed` in base32. */
export function totpNow(seed: string): string {
  return execFileSync('oathtool', ['--totp', '-b', seed]).toString().trim()
}

/**
 * One step more to each side than by default: while a test goes on, a step ends, the drift of that step is learnt,
 * and the next code of the same app is then two steps away.
 */
export const wideTotp = { window: 2 } as const
