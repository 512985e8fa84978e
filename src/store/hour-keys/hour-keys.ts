import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { NumberedKey } from '../../signin/index.ts'
import { openAesGcm, sealAesGcm, type Timer } from '../../support/index.ts'
import type { StoreContext } from '../context.ts'
import { StoreError } from '../errors.ts'
import { deriveKey } from '../sealing/keyring.ts'
import { type Begins, currentOf, nextOf, readEveryMs } from './choose.ts'
import { addHourKey, openHourKey, readHourKeys, removeHourKeys } from './rows.ts'

/**
 * Random keys that all processes of one database share, for an hour each: what one of them hashes or seals, another one
 * recognises or opens. A key is kept for the hour after its own, then deleted: what was made with it can be neither
 * guessed nor opened any more, also by those who have a backup and the master key.
 */
export type HourKeys = {
  /** Keys of hashes: the one to use first, then those that another process may use now. */
  hashing(): readonly KeyObject[]
  /** Keys that seal what waits for an answer, in the same order. */
  sealing(): readonly NumberedKey[]
  /** Seals what has to be opened within the hour, at whatever process. `bound`: where it belongs. */
  seal(bound: string, value: Uint8Array): Uint8Array
  /** Undefined for what was changed, was sealed for another place, or is too old. */
  open(bound: string, sealed: Uint8Array): Uint8Array | undefined
  /** Reads the keys now, as is done each minute. Rejects with StoreError. */
  refresh(): Promise<void>
  stop(): void
}

type Opened = Begins & { readonly key: Uint8Array }

/** What is made of the keys, the current one first. */
type Keys = {
  readonly hashing: readonly KeyObject[]
  readonly sealing: readonly NumberedKey[]
  readonly outcomes: readonly [NumberedKey, ...NumberedKey[]]
}

/** A failure is tried again sooner than a key that is there is read again. */
const retryMs = 5_000
const keyBytes = 32
/** The number of its key is before what was sealed. */
const numberBytes = 4

/**
 * Reads the keys of the hour and follows their change; undefined for a file, which has one process. The rows and the
 * clock of the database decide which key is in use, never by a clock of this machine. Rejects with StoreError.
 */
export async function shareHourKeys(
  context: StoreContext,
  trouble: (error: unknown) => void,
): Promise<HourKeys | undefined> {
  const { connection, clock } = context
  if (connection.processId === undefined) return undefined
  let keys = await readKeys(context)
  let isStopped = false
  let timer: Timer | undefined

  function readLater(delayMs: number): void {
    if (!isStopped) timer = clock.after(delayMs, () => void readAgain())
  }

  async function refresh(): Promise<void> {
    keys = await readKeys(context)
  }

  async function readAgain(): Promise<void> {
    try {
      await refresh()
      readLater(readEveryMs)
    } catch (error) {
      if (!isStopped) trouble(error)
      readLater(retryMs)
    }
  }

  readLater(readEveryMs)
  return {
    hashing: () => keys.hashing,
    sealing: () => keys.sealing,
    seal(bound, value) {
      const [{ number, key }] = keys.outcomes
      const head = Buffer.alloc(numberBytes)
      head.writeUInt32BE(number)
      return Buffer.concat([head, sealAesGcm(key, value, bound)])
    },
    open(bound, sealed) {
      if (sealed.length < numberBytes) return undefined
      const number = Buffer.from(sealed).readUInt32BE()
      const found = keys.outcomes.find((each) => each.number === number)
      if (found === undefined) return undefined
      try {
        return new Uint8Array(openAesGcm(found.key, sealed.subarray(numberBytes), bound))
      } catch {
        return undefined
      }
    },
    refresh,
    stop() {
      isStopped = true
      timer?.cancel()
    },
  }
}

/** Makes the key that is due, removes those that are too old, and gives the others. */
async function readKeys(context: StoreContext): Promise<Keys> {
  const before = await readOpened(context)
  const due = nextOf(before.opened, before.nowMs)
  if (due !== undefined) {
    const number = Math.max(due.number, before.newest + 1)
    await addHourKey(context, { ...due, number }, randomBytes(keyBytes))
  }
  // Another process may have been faster: the row decides.
  const { nowMs, opened, oldest } = due === undefined ? before : await readOpened(context)
  const current = currentOf(opened, nowMs)
  if (current === undefined) throw new StoreError('store-damaged', 'no key of the hour opens')
  const earlier = (opened[opened.indexOf(current) + 1] ?? current).number
  if (oldest < earlier) await removeHourKeys(context, earlier)
  const others = opened.filter(({ number }) => number >= earlier && number !== current.number)
  return derive([current, ...others])
}

async function readOpened(context: StoreContext): Promise<{
  readonly nowMs: number
  readonly opened: readonly Opened[]
  /** Numbers of all rows, also of those that do not open. */
  readonly newest: number
  readonly oldest: number
}> {
  const { nowMs, rows } = await readHourKeys(context)
  return {
    nowMs,
    // After a change of the sealing key there may be one that does not open here: it is ignored.
    opened: rows.flatMap((row) => openHourKey(context, row) ?? []),
    newest: rows[0]?.number ?? 0,
    oldest: rows.at(-1)?.number ?? 0,
  }
}

function derive(keys: readonly [Opened, ...Opened[]]): Keys {
  const of = (purpose: string, { number, key }: Opened) => ({
    number,
    key: createSecretKey(deriveKey(key, `hour ${purpose}`)),
  })
  const [current, ...others] = keys
  return {
    hashing: keys.map((each) => of('hashing', each).key),
    sealing: keys.map((each) => of('sealing', each)),
    outcomes: [of('outcomes', current), ...others.map((each) => of('outcomes', each))],
  }
}
