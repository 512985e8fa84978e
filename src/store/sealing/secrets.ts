import { createECDH, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { constantTimeEqual } from '../../support/index.ts'
import type { Connection } from '../connection.ts'
import { StoreError } from '../errors.ts'
import type { Queries } from '../queries.ts'
import type { Keyring } from './keyring.ts'
import { createSealer, type SealedPlace, type Sealer } from './sealing.ts'

/** Random keys made with the installation. They are sealed, and so survive a change of the master key. */
export type InstallationSecrets = {
  /** For keyed hashes of recovery codes, 32 bytes. */
  readonly hashing: Uint8Array
  /** For the chain of the audit. */
  readonly auditChain: KeyObject
  /** Signs what goes to push services (RFC 8292): private key of P-256, 32 bytes. With another one every subscription is worthless. */
  readonly push: Uint8Array
}

export const checkPlace: SealedPlace = { table: 'key_check', column: 'sealed', userKey: '' }
export const checkValue: Uint8Array = Buffer.from('holdfast')
export const secretPlace: SealedPlace = { table: 'secret', column: 'sealed', userKey: '' }

type Place = {
  readonly connection: Connection
  readonly queries: Queries
  readonly keyring: Keyring
  /** What a new store gets. Default: a random one. */
  readonly newInstallationId?: string | undefined
  /** Whether the store may be new. One that has no id, or was never sealed, is damaged otherwise. */
  readonly mayBeNew: boolean
}

/** The sealer of an installation, and the id that everything is bound to. */
export type Installation = { readonly id: string; readonly sealer: Sealer }

/** 16 bytes as 32 hex digits; not secret. */
export function createInstallationId(): string {
  return randomBytes(16).toString('hex')
}

/**
 * The sealer of this installation, whose id is made with the store. Throws StoreError
 * `store-key-wrong` or `key-rotation-unfinished` unless every key the store is sealed with is in the
 * keyring and opens it.
 */
export async function openSealer(place: Place): Promise<Installation> {
  const { connection, queries, keyring, mayBeNew } = place
  const find = queries
    .selectFrom('meta')
    .select('value')
    .where('key', '=', 'installation-id')
    .compile()
  if (mayBeNew) {
    const value = place.newInstallationId ?? createInstallationId()
    await connection.run(
      queries
        .insertInto('meta')
        .values({ key: 'installation-id', value })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .compile(),
    )
  }
  const [installation] = await connection.run(find)
  if (installation === undefined) throw new StoreError('store-damaged', 'no installation id')
  const sealer = createSealer(keyring, installation.value)

  const checks = await connection.run(queries.selectFrom('key_check').selectAll().compile())
  if (checks.some(({ sealed }) => !opensCheck(sealer, sealed))) {
    throw whyClosed(checks, sealer)
  }
  if (checks.length === 0) {
    if (!mayBeNew) throw new StoreError('store-damaged', 'it was never sealed with any key')
    await connection.run(insertCheck(queries, sealer))
  }
  return { id: installation.value, sealer }
}

function whyClosed(
  checks: readonly { readonly key_id: string; readonly sealed: Uint8Array }[],
  sealer: Sealer,
): StoreError {
  const given = sealer.keyring.current.id
  const ids = checks.map(({ key_id: id }) => id).join(' and ')
  return checks.some(({ sealed }) => opensCheck(sealer, sealed))
    ? new StoreError('key-rotation-unfinished', `sealed with the keys ${ids}, given ${given}`)
    : new StoreError(
        'store-key-wrong',
        `this sealing key (${given}) is not the key of the store (${ids})`,
      )
}

/** Ids of the keys that values are sealed with. Several: a rotation was not finished. */
export async function listKeys({
  connection,
  queries,
}: Pick<Place, 'connection' | 'queries'>): Promise<readonly string[]> {
  const rows = await connection.run(
    queries.selectFrom('key_check').select('key_id').orderBy('key_id').compile(),
  )
  return rows.map(({ key_id: id }) => id)
}

/** Notes that values are sealed with the current key from now on. */
export function insertCheck(queries: Queries, sealer: Sealer) {
  return queries
    .insertInto('key_check')
    .values({ key_id: sealer.keyring.current.id, sealed: sealer.seal(checkPlace, checkValue) })
    .onConflict((conflict) => conflict.column('key_id').doNothing())
    .compile()
}

function opensCheck(sealer: Sealer, sealed: Uint8Array): boolean {
  try {
    return constantTimeEqual(sealer.open(checkPlace, sealed), checkValue)
  } catch {
    return false
  }
}

/** Opens the installation's own secrets; makes them at the first start. */
export async function openSecrets(
  connection: Connection,
  queries: Queries,
  sealer: Sealer,
): Promise<InstallationSecrets> {
  const open = async (
    name: string,
    make: () => Uint8Array = () => randomBytes(32),
  ): Promise<Uint8Array> => {
    const place = { ...secretPlace, column: name }
    const [, [row]] = await connection.atomically([
      queries
        .insertInto('secret')
        .values({ name, sealed: sealer.seal(place, make()) })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .compile(),
      queries.selectFrom('secret').select('sealed').where('name', '=', name).compile(),
    ])
    if (row === undefined) throw new StoreError('store-damaged', `no secret ${name}`)
    return sealer.open(place, row.sealed)
  }
  return {
    hashing: await open('hashing'),
    auditChain: createSecretKey(await open('audit-chain')),
    push: await open('push', createPushKey),
  }
}

function createPushKey(): Uint8Array {
  const pair = createECDH('prime256v1')
  pair.generateKeys()
  const key = new Uint8Array(32)
  const bytes = pair.getPrivateKey()
  // Leading zeros are left out there.
  key.set(bytes, key.length - bytes.length)
  return key
}
