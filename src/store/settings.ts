import type { StoreContext } from './context.ts'

/** Facts learnt while serving, such as that a gateway sends Message-Authenticator. Not secrets. */
export interface SettingStore {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
  /** False where there is another value than `from`; undefined: none. */
  replace(key: string, from: string | undefined, to: string): Promise<boolean>
  /** False when there was none. */
  remove(key: string): Promise<boolean>
  /** All whose key begins with `prefix`, in the order of the keys. */
  list(prefix: string): Promise<readonly { readonly key: string; readonly value: string }[]>
}

export function createSettingStore({ connection, queries }: StoreContext): SettingStore {
  return {
    async get(key) {
      const [row] = await connection.run(
        queries.selectFrom('setting').select('value').where('key', '=', key).compile(),
      )
      return row?.value
    },

    async set(key, value) {
      await connection.run(
        queries
          .insertInto('setting')
          .values({ key, value })
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
          .compile(),
      )
    },

    async replace(key, from, to) {
      const row = { key, value: to }
      const changed = await connection.run(
        from === undefined
          ? queries
              .insertInto('setting')
              .values(row)
              .onConflict((conflict) => conflict.column('key').doNothing())
              .returning('key')
              .compile()
          : queries
              .updateTable('setting')
              .set({ value: to })
              .where('key', '=', key)
              .where('value', '=', from)
              .returning('key')
              .compile(),
      )
      return changed.length > 0
    },

    async remove(key) {
      const rows = await connection.run(
        queries.deleteFrom('setting').where('key', '=', key).returning('key').compile(),
      )
      return rows.length > 0
    },

    async list(prefix) {
      const rows = await connection.run(
        queries
          .selectFrom('setting')
          .selectAll()
          .where((row) =>
            row(row.fn('substr', ['key', row.lit(1), row.val(prefix.length)]), '=', prefix),
          )
          .orderBy('key')
          .compile(),
      )
      return rows
    },
  }
}
