import type { Queries } from './queries.ts'

/** A row to insert, or none while its person is blocked: in one statement, so that a row never outlives a block. */
export function rowUnlessBlocked<Row extends { readonly user_key: string }>(
  queries: Queries,
  row: Row,
) {
  return queries
    .selectNoFrom(({ val }) => Object.entries(row).map(([name, value]) => val(value).as(name)))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('account_state')
            .select('user_key')
            .where('user_key', '=', row.user_key)
            .where('blocked_reason', 'is not', null),
        ),
      ),
    )
}
