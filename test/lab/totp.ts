import { execFileSync } from 'node:child_process'

/** The code an app would show now, by oathtool. `seed` in base32. */
export function totpNow(seed: string): string {
  return execFileSync('oathtool', ['--totp', '-b', seed]).toString().trim()
}
