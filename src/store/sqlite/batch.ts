import type { CompiledQuery } from 'kysely'
import type { Batch, Row, SqlValue, WireRow, WireStatement } from './messages.ts'

/** Requests, each of one or more queries, as one message to the worker. */
export function toBatch(requests: readonly (readonly CompiledQuery[])[]): Batch {
  const places = new Map<string, number>()

  function toStatement({ sql, parameters }: CompiledQuery): WireStatement {
    let place = places.get(sql)
    if (place === undefined) {
      place = places.size
      places.set(sql, place)
    }
    const statement: [number, ...SqlValue[]] = [place]
    for (const parameter of parameters) statement.push(toWire(parameter))
    return statement
  }

  const statements = requests.map((queries) => queries.map(toStatement))
  return { kind: 'batch', texts: [...places.keys()], requests: statements }
}

/** What the worker gave for one request, as rows with names. `columns`: names for each of the batch's texts. */
export function toRows(
  result: readonly (readonly WireRow[])[],
  asked: readonly WireStatement[],
  columns: readonly (readonly string[])[],
): readonly (readonly Row[])[] {
  return result.map((rows, index) => {
    const names = columns[asked[index]?.[0] ?? -1] ?? []
    return rows.map((values) => toRow(names, values))
  })
}

function toRow(names: readonly string[], values: WireRow): Row {
  const row: Record<string, SqlValue> = {}
  names.forEach((name, index) => {
    row[name] = values[index] ?? null
  })
  return row
}

/**
 * Our own queries; a value SQLite cannot take fails its statement in the worker. Bytes that are
 * part of a larger buffer (a packet, Node's pool) would take all of it along to the worker.
 */
function toWire(value: unknown): SqlValue {
  if (value instanceof Uint8Array && value.byteLength !== value.buffer.byteLength) {
    return new Uint8Array(value)
  }
  return value as SqlValue
}
