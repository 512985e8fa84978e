import type { Authenticator, Method, User } from '../../accounts/index.ts'
import { maskEmail, maskPhone } from '../../accounts/index.ts'
import type { Reach } from '../../signin/index.ts'
import type { Factor } from '../strength.ts'

/** What a person can set up. `app`: TOTP in an app. `token`: a hardware token, by its serial number. */
export const setups = [
  'passkey',
  'push',
  'app',
  'sms',
  'call',
  'email',
  'token',
  'recovery',
] as const
export type Setup = (typeof setups)[number]

/** What it would be worth; a token may be either kind, and both are worth the same. */
export function factorOf(setup: Setup, hasPin: boolean): Factor {
  const methods = { app: 'totp', token: 'hotp' } as const
  return { method: setup === 'app' || setup === 'token' ? methods[setup] : setup, hasPin }
}

/** What can be set up here: only what a provider carries, and mail only to the address that the directory has. */
export function offeredSetups(
  usable: readonly Method[],
  reach: Pick<Reach, 'wayOf'>,
  user: Pick<User, 'email'> | undefined,
  hasSpareTokens: boolean,
): readonly Setup[] {
  const isOffered: Readonly<Record<Setup, boolean>> = {
    push: usable.includes('push'),
    passkey: usable.includes('passkey'),
    app: usable.includes('totp'),
    sms: reach.wayOf('sms') !== undefined,
    call: reach.wayOf('call') !== undefined,
    email: user?.email !== undefined && reach.wayOf('email') !== undefined,
    token: hasSpareTokens,
    recovery: usable.includes('recovery'),
  }
  return setups.filter((setup) => isOffered[setup])
}

/** What a person sees of one of their authenticators. */
export type OwnAuthenticator = {
  readonly id: string
  readonly setup: Setup
  readonly label: string
  readonly detail: string
  readonly createdAtMs: number
  readonly lastUsedMs?: number
  readonly hasPin?: true
  readonly backup?: string
  readonly fromDirectory?: true
  /** An administrator saw its secret when it was set up (PEOPLE R24). */
  readonly shownToAgent?: true
  /** A phone that has shown none of its last notifications. */
  readonly isSilent?: true
  readonly isDefault?: true
}

export function viewOwn(
  authenticator: Authenticator,
  preferred: Method | undefined,
): OwnAuthenticator {
  const { id, label, createdAtMs, lastUsedMs, method, shownToAgent } = authenticator
  return {
    ...{ id, label, createdAtMs, setup: setupOf(authenticator), detail: detailOf(authenticator) },
    ...(shownToAgent ? { shownToAgent } : {}),
    ...('silentSinceMs' in authenticator ? { isSilent: true as const } : {}),
    ...(method === preferred ? { isDefault: true as const } : {}),
    ...('pin' in authenticator && authenticator.pin !== undefined ? { hasPin: true as const } : {}),
    ...('backupPhone' in authenticator && authenticator.backupPhone !== undefined
      ? { backup: maskPhone(authenticator.backupPhone) }
      : {}),
    ...(lastUsedMs === undefined ? {} : { lastUsedMs }),
  }
}

/** Tokens come from a file of seeds; what people scan is an app. */
function setupOf({ method, setUpBy, label }: Authenticator): Setup {
  if (method === 'hotp') return 'token'
  if (method !== 'totp') return method
  return setUpBy === 'import' || label.startsWith('token ') ? 'token' : 'app'
}

function detailOf(authenticator: Authenticator): string {
  switch (authenticator.method) {
    case 'sms':
    case 'call':
      return maskPhone(authenticator.phone)
    case 'email':
      return maskEmail(authenticator.address)
    case 'recovery':
      return String(authenticator.codeHashes.length)
    case 'totp':
    case 'hotp':
    case 'passkey':
    case 'push':
      return ''
  }
}
