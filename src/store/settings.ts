import type { StoreContext } from './context.ts'

/** Facts learnt while serving, such as that a gateway sends Message-Authenticator. Not secrets. */
export interface SettingStore {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
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
