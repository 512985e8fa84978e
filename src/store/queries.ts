import {
  type Compilable,
  type CompiledQuery,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Schema } from './schema.ts'

/** Builds and compiles queries; carries none out. */
export type Queries = Kysely<Schema>

/** Queries in SQLite's SQL. A Connection runs them. */
export function createSqliteQueries(): Queries {
  return new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
}

class Placeholder {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** Stands for a value that is given later, by name. */
export type Named<Values> = <Name extends keyof Values & string>(name: Name) => Values[Name]

/** Compiles a query once for many uses; compiling costs more than ten times what the rest does. */
export function prepare<Values extends object, Row>(
  build: (value: Named<Values>) => Compilable<Row>,
): (values: Values) => CompiledQuery<Row> {
  const { sql, parameters, query, queryId } = build(
    (name) => new Placeholder(name) as never,
  ).compile()
  return (values) => ({
    sql,
    query,
    queryId,
    parameters: parameters.map((parameter) =>
      parameter instanceof Placeholder ? values[parameter.name as keyof Values] : parameter,
    ),
  })
}
