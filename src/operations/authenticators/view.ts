import type { Authenticator, Method, Provenance, Validity } from '../../accounts/index.ts'
import { counted } from '../../support/index.ts'

/** An authenticator without anything secret. */
export type AuthenticatorView = Provenance & {
  readonly id: string
  readonly method: Method
  readonly label: string
  readonly createdAtMs: number
  /** Absent: never, or before that was kept. */
  readonly lastUsedMs?: number
  /** What tells it apart: a number, an address, how codes are made. */
  readonly detail: string
  /** Its method is not set up. */
  readonly unusable?: true
}

/** Leaves out seeds, PINs and hashes. `usable`: methods that are set up. */
export function viewAuthenticator(
  authenticator: Authenticator,
  usable: readonly Method[],
): AuthenticatorView {
  const { id, method, label, createdAtMs, lastUsedMs, setUpBy, shownToAgent } = authenticator
  const view = {
    ...{ id, method, label, createdAtMs, detail: describe(authenticator) },
    ...(lastUsedMs === undefined ? {} : { lastUsedMs }),
    ...(setUpBy === undefined ? {} : { setUpBy }),
    ...(shownToAgent === undefined ? {} : { shownToAgent }),
  }
  return usable.includes(method) ? view : { ...view, unusable: true }
}

function describe(authenticator: Authenticator): string {
  switch (authenticator.method) {
    case 'totp':
      return `${authenticator.algorithm}, ${authenticator.digits} digits, ${authenticator.periodSeconds} s${validityOf(authenticator)}`
    case 'hotp':
      return `${authenticator.algorithm}, ${authenticator.digits} digits, counter ${authenticator.counter}${validityOf(authenticator)}`
    case 'sms':
    case 'call':
      return [
        authenticator.phone,
        ...(authenticator.extension ? [`extension ${authenticator.extension}`] : []),
        ...(authenticator.backupPhone ? [`backup ${authenticator.backupPhone}`] : []),
        ...(authenticator.pin ? ['with PIN'] : []),
      ].join(', ')
    case 'email':
      return authenticator.address
    case 'recovery':
      return `${counted(authenticator.codeHashes.length, 'code')} left`
    case 'push':
      return 'key of a phone'
    case 'passkey':
      return [
        authenticator.isDeviceBound ? 'bound to its device' : 'copied between devices',
        ...lastUseOf(authenticator),
      ].join(', ')
  }
}

function lastUseOf({ lastUsedMs }: { readonly lastUsedMs?: number }): readonly string[] {
  if (lastUsedMs === undefined) return []
  return [`last used ${new Date(lastUsedMs).toISOString().slice(0, 16)}Z`]
}

/** In UTC, as files of tokens have it. */
function validityOf({ validFromMs, validUntilMs }: Validity): string {
  const dates = { 'valid from': validFromMs, 'valid until': validUntilMs }
  return Object.entries(dates)
    .map(([word, ms]) =>
      ms === undefined ? '' : `, ${word} ${new Date(ms).toISOString().slice(0, 16)}Z`,
    )
    .join('')
}
