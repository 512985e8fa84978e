import type { ColumnDataType, Compilable, CreateTableBuilder } from 'kysely'
import type { Queries } from '../queries.ts'

/** Names of column types that differ between databases. */
export type ColumnTypes = { readonly bytes: ColumnDataType; readonly integer: ColumnDataType }

export const sqliteTypes: ColumnTypes = { bytes: 'blob', integer: 'integer' }

/** What makes the statements that change tables. */
type SchemaBuilder = Pick<Queries, 'deleteFrom' | 'schema' | 'updateTable'>

/** The statements of one step forward. A migration that was released is never changed. */
export type Migration = (database: SchemaBuilder, types: ColumnTypes) => readonly Compilable[]

type Column = 'text' | 'integer' | 'bytes'
type Columns = Readonly<Record<string, Column | `${Column}?`>>

/** A table whose columns hold a value unless their type ends in `?`. */
export function table(
  database: SchemaBuilder,
  types: ColumnTypes,
  name: string,
  columns: Columns,
  primaryKey: readonly string[],
): CreateTableBuilder<string, string> {
  let builder: CreateTableBuilder<string, string> = database.schema.createTable(name)
  for (const [column, type] of Object.entries(columns)) {
    const base = type.replace('?', '') as Column
    builder = builder.addColumn(column, base === 'text' ? 'text' : types[base], (definition) =>
      type.endsWith('?') ? definition : definition.notNull(),
    )
  }
  if (primaryKey.length === 0) return builder
  return builder.addPrimaryKeyConstraint(`${name}_key`, [...primaryKey])
}
