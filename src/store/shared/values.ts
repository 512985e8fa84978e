import { createHash } from 'node:crypto'
import { StoreError } from '../errors.ts'
import type { HourKeys } from '../hour-keys/hour-keys.ts'
import type { SealedPlace, Sealer } from '../sealing/sealing.ts'

/** The place of a value: its table, the row's id, and whose it is. It opens nowhere else. */
export type SharedPlace = {
  readonly table: string
  readonly column: string
  readonly id: string
  readonly userKey?: string
}

export type Seals = Pick<Sealer, 'seal' | 'open'>

/** Seals under keys of the hour, which are random and of one installation: what they have sealed opens from no backup. */
export function sealForAnHour(keys: Pick<HourKeys, 'seal' | 'open'>): Seals {
  const boundTo = (place: SealedPlace) => JSON.stringify(place)
  return {
    seal: (place, value) => keys.seal(boundTo(place), value),
    open(place, sealed) {
      const value = keys.open(boundTo(place), sealed)
      if (value !== undefined) return value
      throw new StoreError('sealed-value-invalid', `${place.table} does not open`)
    },
  }
}

/** Seals plain data: JSON, which may hold bytes and maps too. */
export function sealValue(sealer: Seals, place: SharedPlace, value: unknown): Uint8Array {
  return sealer.seal(toSealedPlace(place), Buffer.from(encode(value)))
}

/**
 * What was sealed for this place; undefined for anything else, which someone has written or moved by hand. The type is
 * what this place is sealed with.
 */
export function openValue<Value>(
  sealer: Seals,
  place: SharedPlace,
  sealed: Uint8Array,
  onUnreadable: (error: StoreError) => void,
): Value | undefined {
  try {
    return decode(Buffer.from(sealer.open(toSealedPlace(place), sealed)).toString()) as Value
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    onUnreadable(error)
    return undefined
  }
}

function toSealedPlace({ table, column, id, userKey = '' }: SharedPlace) {
  return { table, column: `${column}:${id}`, userKey }
}

const bytesMark = '$bytes'
const mapMark = '$map'

export function encode(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, plain: unknown) {
    // A Buffer has been turned into something else by its `toJSON`.
    const given = this[key]
    if (given instanceof Uint8Array) return { [bytesMark]: Buffer.from(given).toString('base64') }
    if (given instanceof Map) return { [mapMark]: [...given] }
    return plain
  })
}

export function decode(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value
    if (bytesMark in value) return new Uint8Array(Buffer.from(String(value[bytesMark]), 'base64'))
    if (mapMark in value && Array.isArray(value[mapMark])) return new Map(value[mapMark])
    return value
  })
}

/** SHA-256 in base64url: names what the row must not tell itself. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
