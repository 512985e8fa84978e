import { HoldfastError } from '../support/index.ts'

/** Everything that can go wrong with the store, with what the administrator can do about it. */
export const storeErrorCodes = {
  'store-in-use': 'another process has the file open: stop it, or speak to it by its socket',
  'store-failed':
    'the file cannot be read or written: check the path, its permissions and the disk',
  'store-gone':
    'the file of the store was deleted or exchanged while it was open: put it back, or save what the running service still has with holdfast backup, restore that, and start again',
  'store-missing':
    'there is no store: restore a backup, or, if this is a new installation, make one with holdfast store create',
  'store-other':
    'the installation id beside the sealing key is that of another store: restore a backup of this installation; if the store is the right one, adopt it with holdfast store adopt',
  'store-full': 'the disk is full: make room, nothing else is needed',
  'store-too-slow':
    'a commit took longer than allowed: look at the disk, with PostgreSQL also at its locks and standbys',
  'store-busy': 'more requests wait than are let in: look at the disk and the load',
  'store-older-nodes':
    'a service of an older version uses the database, and would fail: upgrade it, or stop it',
  'store-damaged': 'the file is damaged or no store: restore a backup',
  'store-newer': 'the file was written by a newer version: install that one, or restore a backup',
  'store-key-wrong': 'give the key that the store was sealed with',
  'key-rotation-unfinished':
    'put the old key at sealing_key, and with the service stopped run holdfast key rotate FILE again with the new one',
  'database-away':
    'no server of store.postgresql answers as the primary: check that it runs, the network, and hosts in the configuration',
  'database-refuses':
    'PostgreSQL does not let us in: check user, password, database, its pg_hba.conf, and the certificate of the server',
  'database-in-use':
    'one of the two needs the database alone: stop the services on every node, or wait until the command has ended',
  'node-dead':
    'the other nodes saw no life in this process for some seconds and went on without it: it goes on as a new one; if this comes again, look at the load and the network',
  'database-anew':
    'the connection was made again before this was carried out, and what it went by may have changed: try again',
  'database-unfit':
    'Holdfast needs PostgreSQL 14 or later and a database with the encoding UTF8, reached directly or through a pooler that keeps sessions',
  'database-failed': 'PostgreSQL refused a statement: look at its log',
  'database-backup':
    'a database is saved by the tools of PostgreSQL: use pg_dump, and pg_restore while Holdfast is stopped',
  'store-closed': 'the store was closed',
  'store-migration-failed':
    'the tables could not be brought up to date: the copy beside the file is as before',
  'sealed-value-invalid':
    'a sealed value does not belong where it was found: enrol it again, and ask who wrote it',
  'store-moved':
    'a copy has taken its place: name that one as store in the configuration; to come back, copy that one to a new place',
  'store-not-copied':
    'PostgreSQL takes no such text: remove the user, or wait until the row has passed its retention',
  'store-exists':
    'there is a store, or something else: start the service on it, or name another place',
  'file-exists': 'the file exists and is not overwritten: name another',
} as const

export type StoreErrorCode = keyof typeof storeErrorCodes

/** What every method of the store rejects with. */
export class StoreError extends HoldfastError<StoreErrorCode> {
  override readonly name = 'StoreError'
  /** What happened, without the advice that the message has as well. */
  readonly detail: string

  constructor(
    code: StoreErrorCode,
    detail: string,
    options: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(code, `${detail} (${storeErrorCodes[code]})`, options)
    this.detail = detail
  }

  /** The same error with the file it is about: the administrator who starts a service must see which. */
  about(file: string): StoreError {
    const { code, detail, details } = this
    return new StoreError(code, `${file}: ${detail}`, { cause: this, details })
  }
}

/** What work on files failed with: a full disk by its name, an error of ours as it is. */
export function toFileFailure(cause: unknown, what: string): unknown {
  if (cause instanceof StoreError) return cause
  const detail = `${what}: ${cause instanceof Error ? cause.message : String(cause)}`
  if (hasSystemCode(cause, 'ENOSPC')) return new StoreError('store-full', detail, { cause })
  if (cause instanceof HoldfastError) return cause
  return new StoreError('store-failed', detail, { cause })
}

function hasSystemCode(error: unknown, code: string): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === code) || hasSystemCode(error.cause, code)
}
