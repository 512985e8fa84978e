import { HoldfastError } from '../support/index.ts'

/** Everything that can go wrong with the store, with what the administrator can do about it. */
export const storeErrorCodes = {
  'store-in-use': 'another process has the file open: stop it, or speak to it by its socket',
  'store-failed': 'the file could not be read or written: see the detail and the system log',
  'store-full': 'the disk is full: make room, nothing else is needed',
  'store-too-slow': 'a commit took longer than allowed: look at the disk',
  'store-busy': 'more requests wait than are let in: look at the disk and the load',
  'store-damaged': 'the file is damaged or no store: restore a backup',
  'store-newer': 'the file was written by a newer version: install that one, or restore a backup',
  'store-key-wrong': 'the master key does not open this store: give the key it was made with',
  'store-closed': 'the store was closed',
  'store-migration-failed':
    'the tables could not be brought up to date: the copy beside the file is as before',
  'sealed-value-invalid':
    'a sealed value does not belong where it was found: enrol it anew, and ask who wrote it',
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

  /** The same error with the file it is about: whoever starts a service must see which. */
  about(file: string): StoreError {
    const { code, detail, details } = this
    return new StoreError(code, `${file}: ${detail}`, { cause: this, details })
  }
}
