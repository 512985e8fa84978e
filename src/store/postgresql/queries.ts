import {
  type DataTypeNode,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely'
import type { ColumnTypes } from '../migrations/migration.ts'
import type { Queries } from '../queries.ts'
import type { Schema } from '../schema.ts'

export const postgresqlTypes: ColumnTypes = { bytes: 'bytea', integer: 'bigint' }

/** The server's clock, not the start of the transaction; milliseconds since 1970. */
export const databaseNowMs = sql<number>`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`

/** Texts compare byte by byte, as in SQLite: ids and pages of lists depend on it, and servers sort by their locale. */
class Compiler extends PostgresQueryCompiler {
  protected override visitDataType(node: DataTypeNode): void {
    super.visitDataType(node)
    const isColumn = this.parentNode?.kind === 'ColumnDefinitionNode'
    if (isColumn && node.dataType === 'text') this.append(' collate "C"')
  }
}

/** Queries in PostgreSQL's SQL. A Connection runs them. */
export function createPostgresqlQueries(): Queries {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new Compiler(),
    },
  })
}
