import type {
  Authenticator,
  PasskeyAuthenticator,
  Provenance,
  PushSubscription,
  RecoveryAuthenticator,
  Validity,
} from '../../accounts/index.ts'
import { StoreError } from '../errors.ts'
import type { AuthenticatorRow } from '../schema.ts'
import type { SealedPlace, Sealer } from '../sealing/sealing.ts'
import { readAhead } from './spent-steps.ts'

/** Columns of `authenticator` that hold sealed values. */
export const sealedColumns = ['seed', 'pin', 'passkey', 'subscription'] as const

export function authenticatorPlace(
  userKey: string,
  column: (typeof sealedColumns)[number],
): SealedPlace {
  return { table: 'authenticator', column, userKey }
}

export function sealPin(userKey: string, pin: string | null, sealer: Sealer): Uint8Array | null {
  return pin === null ? null : sealer.seal(authenticatorPlace(userKey, 'pin'), Buffer.from(pin))
}

/** The row of an authenticator, secrets sealed. Recovery codes have rows of their own. */
export function toRow(authenticator: Authenticator, sealer: Sealer): AuthenticatorRow {
  const { id, userKey, method, label, createdAtMs } = authenticator
  const row: AuthenticatorRow = {
    id,
    user_key: userKey,
    method,
    label,
    created_at_ms: createdAtMs,
    algorithm: null,
    digits: null,
    period_seconds: null,
    seed: null,
    drift_steps: null,
    valid_from_ms: null,
    valid_until_ms: null,
    last_step: null,
    recent_steps: null,
    spent_ahead: null,
    counter: null,
    spent_by: null,
    spent_at_ms: null,
    spent_claim: null,
    phone: null,
    backup_phone: null,
    pin: null,
    extension: null,
    address: null,
    set_up_by: authenticator.setUpBy ?? null,
    shown_to_agent: authenticator.shownToAgent === true ? 1 : null,
    credential_id: null,
    passkey: null,
    transports: null,
    sign_count: null,
    backed_up: null,
    last_used_at_ms: null,
    phone_id: null,
    subscription: null,
    endpoint_hash: null,
    unsubscribed_at_ms: null,
  }
  switch (authenticator.method) {
    case 'totp':
      return {
        ...row,
        ...validityColumns(authenticator),
        algorithm: authenticator.algorithm,
        digits: authenticator.digits,
        period_seconds: authenticator.periodSeconds,
        seed: sealer.seal(authenticatorPlace(userKey, 'seed'), authenticator.seed),
        drift_steps: authenticator.driftSteps,
        last_step: authenticator.lastStep,
        recent_steps: authenticator.lastStep < 0 ? null : `,${authenticator.lastStep},?`,
        phone_id: authenticator.phoneId ?? null,
      }
    case 'hotp':
      return {
        ...row,
        ...validityColumns(authenticator),
        algorithm: authenticator.algorithm,
        digits: authenticator.digits,
        seed: sealer.seal(authenticatorPlace(userKey, 'seed'), authenticator.seed),
        counter: authenticator.counter,
      }
    case 'sms':
    case 'call':
      return {
        ...row,
        phone: authenticator.phone,
        backup_phone: authenticator.backupPhone ?? null,
        pin: sealPin(userKey, authenticator.pin ?? null, sealer),
        extension: authenticator.extension ?? null,
      }
    case 'email':
      return { ...row, address: authenticator.address }
    case 'recovery':
      return row
    case 'passkey':
      return {
        ...row,
        credential_id: authenticator.credentialId,
        passkey: sealer.seal(authenticatorPlace(userKey, 'passkey'), toSealed(authenticator)),
        transports: authenticator.transports.join(' '),
        sign_count: authenticator.signCount,
        backed_up: authenticator.isBackedUp ? 1 : 0,
        last_used_at_ms: authenticator.lastUsedMs ?? null,
      }
    case 'push':
      return {
        ...row,
        passkey: sealer.seal(authenticatorPlace(userKey, 'passkey'), sealedPhone(authenticator)),
        last_used_at_ms: authenticator.lastUsedMs ?? null,
      }
  }
}

/**
 * The authenticator of a row. `codes`: hashes of its recovery codes. Throws
 * StoreError `sealed-value-invalid` for a secret that was not sealed here, `store-damaged` for a
 * row nothing here has written.
 */
export function fromRow(
  row: AuthenticatorRow,
  codes: Pick<RecoveryAuthenticator, 'codeHashes' | 'usedHashes' | 'lastUsedMs'>,
  sealer: Sealer,
): Authenticator {
  const userKey = row.user_key
  const { id, label, created_at_ms: createdAtMs } = row
  const common = { id, userKey, label, createdAtMs, ...provenanceOf(row), ...lastUseOf(row) }
  const openSeed = () =>
    sealer.open(authenticatorPlace(userKey, 'seed'), present(row, 'seed', row.seed))
  switch (row.method) {
    case 'totp':
      return {
        ...common,
        ...validityOf(row),
        method: row.method,
        seed: openSeed(),
        algorithm: present(row, 'algorithm', row.algorithm),
        digits: digitsOf(row),
        periodSeconds: periodOf(row),
        driftSteps: present(row, 'drift_steps', row.drift_steps),
        lastStep: present(row, 'last_step', row.last_step),
        ...(row.spent_ahead === null ? {} : { spentAhead: readAhead(row.spent_ahead) }),
        ...(row.phone_id === null ? {} : { phoneId: row.phone_id }),
      }
    case 'hotp':
      return {
        ...common,
        ...validityOf(row),
        method: row.method,
        seed: openSeed(),
        algorithm: present(row, 'algorithm', row.algorithm),
        digits: digitsOf(row),
        counter: present(row, 'counter', row.counter),
      }
    case 'sms':
    case 'call':
      return {
        ...common,
        method: row.method,
        phone: present(row, 'phone', row.phone),
        ...(row.backup_phone === null ? {} : { backupPhone: row.backup_phone }),
        ...(row.pin === null
          ? {}
          : {
              pin: new TextDecoder().decode(
                sealer.open(authenticatorPlace(userKey, 'pin'), row.pin),
              ),
            }),
        ...(row.extension === null ? {} : { extension: row.extension }),
      }
    case 'email':
      return { ...common, method: row.method, address: present(row, 'address', row.address) }
    case 'recovery':
      return { ...common, method: row.method, ...codes }
    case 'passkey': {
      const place = authenticatorPlace(userKey, 'passkey')
      const sealed = fromSealed(sealer.open(place, present(row, 'passkey', row.passkey)))
      if (sealed.credentialId !== row.credential_id) throw damaged(row, 'credential_id')
      return {
        ...{ ...common, method: row.method, ...sealed },
        transports: (row.transports ?? '').split(' ').filter((each) => each !== ''),
        signCount: present(row, 'sign_count', row.sign_count),
        isBackedUp: row.backed_up === 1,
        ...(row.last_used_at_ms === null ? {} : { lastUsedMs: row.last_used_at_ms }),
      }
    }
    case 'push': {
      const place = authenticatorPlace(userKey, 'passkey')
      const publicKey = openPhone(row, sealer.open(place, present(row, 'passkey', row.passkey)))
      const lastUsed = row.last_used_at_ms === null ? {} : { lastUsedMs: row.last_used_at_ms }
      return {
        ...{ ...common, method: row.method, publicKey, ...lastUsed },
        ...subscriptionOf(row, sealer),
        ...(row.unsubscribed_at_ms === null ? {} : { unsubscribedMs: row.unsubscribed_at_ms }),
      }
    }
  }
}

/** With the id of the phone, so that no key counts in place of another. */
function sealedPhone({ id, publicKey }: { id: string; publicKey: Uint8Array }): Uint8Array {
  return Buffer.from(JSON.stringify({ phone: id, key: Buffer.from(publicKey).toString('base64') }))
}

function openPhone(row: AuthenticatorRow, sealed: Uint8Array): Uint8Array {
  const { phone, key } = JSON.parse(Buffer.from(sealed).toString())
  if (phone !== row.id) throw damaged(row, 'passkey')
  return new Uint8Array(Buffer.from(key, 'base64'))
}

/** With the id of the phone, so that no phone rings in place of another (PEOPLE R14). */
export function sealSubscription(
  userKey: string,
  phone: string,
  { endpoint, p256dh, auth }: PushSubscription,
  sealer: Sealer,
): Uint8Array {
  const keys = [p256dh, auth].map((key) => Buffer.from(key).toString('base64'))
  const text = JSON.stringify([phone, endpoint, ...keys])
  return sealer.seal(authenticatorPlace(userKey, 'subscription'), Buffer.from(text))
}

function subscriptionOf(
  row: AuthenticatorRow,
  sealer: Sealer,
): { readonly subscription?: PushSubscription } {
  if (row.subscription === null) return {}
  const opened = sealer.open(authenticatorPlace(row.user_key, 'subscription'), row.subscription)
  const [phone, endpoint, ...keys] = JSON.parse(Buffer.from(opened).toString())
  if (phone !== row.id) throw damaged(row, 'subscription')
  const [p256dh, auth] = keys.map((key: string) => new Uint8Array(Buffer.from(key, 'base64')))
  return { subscription: { endpoint, p256dh, auth } }
}

/**
 * A key of someone else, in place of the person's own, would let that person in everywhere: none of this counts
 * unsealed (RULES 21).
 */
type SealedPasskey = Pick<
  PasskeyAuthenticator,
  'credentialId' | 'publicKey' | 'isDeviceBound' | 'aaguid'
>

function toSealed({ credentialId, publicKey, isDeviceBound, aaguid }: SealedPasskey): Uint8Array {
  const key = Buffer.from(publicKey).toString('base64')
  return Buffer.from(JSON.stringify({ credentialId, publicKey: key, isDeviceBound, aaguid }))
}

/** Of what was sealed here: nothing is checked. */
function fromSealed(bytes: Uint8Array): SealedPasskey {
  const { publicKey, ...rest } = JSON.parse(Buffer.from(bytes).toString())
  return { ...rest, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64')) }
}

function provenanceOf(row: AuthenticatorRow): Provenance {
  return {
    ...(row.set_up_by === null ? {} : { setUpBy: row.set_up_by }),
    ...(row.shown_to_agent === 1 ? { shownToAgent: true } : {}),
  }
}

/**
 * The code that proved an app, and those of an older version, left their step unchanged: a step begins before its code
 * is typed.
 */
function lastUseOf(row: AuthenticatorRow) {
  const { created_at_ms, last_step, period_seconds, spent_at_ms } = row
  const ofStep = last_step === null || last_step < 0 ? null : last_step * (period_seconds ?? 30)
  const lastUsedMs =
    spent_at_ms ?? (ofStep === null ? null : Math.max(ofStep * 1000, created_at_ms))
  return lastUsedMs === null ? {} : { lastUsedMs }
}

function validityColumns({ validFromMs, validUntilMs }: Validity) {
  return { valid_from_ms: validFromMs ?? null, valid_until_ms: validUntilMs ?? null }
}

function validityOf(row: AuthenticatorRow): Validity {
  return {
    ...(row.valid_from_ms === null ? {} : { validFromMs: row.valid_from_ms }),
    ...(row.valid_until_ms === null ? {} : { validUntilMs: row.valid_until_ms }),
  }
}

function present<Value>(row: AuthenticatorRow, column: string, value: Value | null): Value {
  if (value === null) throw damaged(row, column)
  return value
}

function digitsOf(row: AuthenticatorRow): 6 | 8 {
  if (row.digits === 6 || row.digits === 8) return row.digits
  throw damaged(row, 'digits')
}

function periodOf(row: AuthenticatorRow): 30 | 60 {
  if (row.period_seconds === 30 || row.period_seconds === 60) return row.period_seconds
  throw damaged(row, 'period_seconds')
}

function damaged(row: AuthenticatorRow, column: string): StoreError {
  return new StoreError('store-damaged', `authenticator ${row.id} has no valid ${column}`)
}
