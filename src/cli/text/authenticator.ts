import type { Method } from '../../accounts/index.ts'
import type { AuthenticatorView, SpareTokenView, StepReset } from '../../operations/index.ts'
import { counted } from '../../support/index.ts'
import { formatTable, type Paint, printable } from './print.ts'
import { formatDateTime } from './times.ts'

/** A table, or a sentence when there is nothing. */
export function formatAuthenticators(
  authenticators: readonly AuthenticatorView[],
  paint: Paint,
): string {
  if (authenticators.length === 0) return 'No authenticators.'
  const rows = authenticators.map(({ id, method, label, detail, unusable, ...times }) => [
    printable(shortId(id)),
    method,
    printable(label) || '-',
    unusable ? `${printable(detail)}; cannot be used: ${notSetUp(method)}` : printable(detail),
    times.createdAtMs === 0 ? 'directory' : formatDateTime(times.createdAtMs),
    times.lastUsedMs === undefined ? '-' : formatDateTime(times.lastUsedMs),
  ])
  return formatTable(['ID', 'METHOD', 'LABEL', 'DETAIL', 'SINCE', 'LAST USED'], rows, paint)
}

/** A table of spare tokens, or a sentence when there is none. */
export function formatSpareTokens(tokens: readonly SpareTokenView[], paint: Paint): string {
  if (tokens.length === 0) return 'No spare tokens.'
  const rows = tokens.map(({ serial, method, detail, createdAtMs, unusable }) => [
    printable(serial),
    method,
    unusable ? `${printable(detail)}; cannot be used: ${notSetUp(method)}` : printable(detail),
    formatDateTime(createdAtMs),
  ])
  return formatTable(['SERIAL', 'METHOD', 'DETAIL', 'SINCE'], rows, paint)
}

/** Why an authenticator of this method cannot be used. */
export function notSetUp(method: Method): string {
  return `methods.${method} is not set up`
}

/** The first part of a UUID tells the authenticators of one person apart, and every command takes it. */
export function shortId(id: string): string {
  return id.replace(/^([0-9a-f]{8})-[0-9a-f-]{27}$/, '$1')
}

/** What became of a last accepted code that lay in the future. */
export function formatStepReset({ id, aheadMinutes, result }: StepReset): string {
  const fact = `The last accepted code of totp ${printable(shortId(id))} was ${counted(aheadMinutes, 'minute')} in the future.`
  return result === 'reset'
    ? `${fact} New codes work again from now on; used codes stay used.`
    : `${fact} The codes accepted before it are not known. Remove this authenticator and add it with a new seed.`
}
