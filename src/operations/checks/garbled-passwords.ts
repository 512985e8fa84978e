import type { AuditEntry } from '../../store/index.ts'
import { counted } from '../../support/index.ts'
import type { CheckRow } from './check-row.ts'

/** One may be damaged by chance; so many mean a wrong secret. */
const fewest = 3

/**
 * A row for each gateway whose passwords decode to bytes that are not text. Its requests carry no
 * Message-Authenticator, which would have shown at once that the secrets differ. `recent`: newest first.
 */
export function checkGarbledPasswords(recent: readonly AuditEntry[]): readonly CheckRow[] {
  const gateways = [...new Set(recent.map(({ gateway }) => gateway))]
  return gateways.flatMap((gateway): readonly CheckRow[] => {
    const mine = recent.filter((entry) => entry.gateway === gateway)
    const garbled = mine.filter(({ reason }) => reason === 'password-garbled').length
    if (garbled < fewest) return []
    const detail = `passwords of ${counted(garbled, 'sign-in')} since yesterday decode to no text`
    const row = { area: 'gateway', what: gateway }
    const works = mine.some(({ outcome }) => outcome === 'accept')
    return works
      ? [
          {
            ...row,
            state: 'warning',
            detail: `${detail}, others are right`,
            remedy: `Does it write another character set than UTF-8? Then set it, for example gateways.${gateway}.charset: latin1. Otherwise a second machine with another secret sends from its address.`,
          },
        ]
      : [
          {
            ...row,
            state: 'failed',
            detail: `${detail}, and no sign-in was accepted: the shared secrets differ`,
            remedy: 'Set the same secret on both sides.',
          },
        ]
  })
}
