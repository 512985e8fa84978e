import type { StoreContext } from '../context.ts'
import { StoreError } from '../errors.ts'
import { secretPlace } from '../sealing/secrets.ts'

/** A password hash that took the place of an older one. */
export type RenewedHash = {
  readonly userKey: string
  /** The older one, as it is in the configuration. Another one there makes this void. */
  readonly of: string
  readonly hash: string
}

/** Keeps renewed hashes, sealed, since they are as good as the configuration's own. */
export interface RenewedHashStore {
  /** Every one that opens; the others are reported and left out. */
  list(): Promise<readonly RenewedHash[]>
  /** Takes the place of an earlier one of this person. */
  keep(renewed: RenewedHash): Promise<void>
}

const prefix = 'password-hash:'

/** The name of the row, by which it is also bound to the person. */
export function renewedHashName(userKey: string): string {
  return `${prefix}${userKey}`
}

/** Rows of `secret`, which a new master key seals again. */
export function createRenewedHashStore(context: StoreContext): RenewedHashStore {
  const { connection, queries, sealer } = context
  return {
    async list() {
      const rows = await connection.run(
        queries.selectFrom('secret').selectAll().where('name', 'like', `${prefix}%`).compile(),
      )
      return rows.flatMap(({ name, sealed }) => {
        try {
          const opened = sealer.open({ ...secretPlace, column: name }, sealed)
          const [of = '', hash = ''] = new TextDecoder().decode(opened).split('\n')
          return [{ userKey: name.slice(prefix.length), of, hash }]
        } catch (error) {
          if (!(error instanceof StoreError)) throw error
          context.onUnreadable(error)
          return []
        }
      })
    },

    async keep({ userKey, of, hash }) {
      const name = renewedHashName(userKey)
      const sealed = sealer.seal({ ...secretPlace, column: name }, Buffer.from(`${of}\n${hash}`))
      await connection.run(
        queries
          .insertInto('secret')
          .values({ name, sealed })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ sealed }))
          .compile(),
      )
    },
  }
}
