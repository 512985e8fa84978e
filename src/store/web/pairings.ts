import type { Pairing, PairingStore } from '../../accounts/index.ts'
import type { StoreContext } from '../context.ts'
import { StoreError } from '../errors.ts'
import { toStorableText } from '../portable.ts'
import type { PairingRow } from '../schema.ts'
import type { SealedPlace } from '../sealing/sealing.ts'
import { purgeEnded } from './purge-ended.ts'

/** Phones that are about to be added, for processes that share a database. The content is bound to all that its row says. */
export function createPairingStore(context: StoreContext): PairingStore {
  const { connection, queries, sealer } = context

  function sealed(pairing: Pairing): PairingRow {
    const row = {
      ...{ user_key: pairing.userKey, id: pairing.id, version: pairing.version },
      ...{ user_name: toStorableText(pairing.userName), until_ms: pairing.untilMs },
      token_hash: pairing.tokenHash ?? null,
    }
    return { ...row, content: sealer.seal(placeOf(row), Buffer.from(pairing.content)) }
  }

  /** One that does not open counts as none: the person asks for another code. */
  function opened(row: PairingRow): readonly Pairing[] {
    try {
      const content = new TextDecoder().decode(sealer.open(placeOf(row), row.content))
      return [
        {
          ...{ id: row.id, userKey: row.user_key, userName: row.user_name },
          ...{ untilMs: row.until_ms, version: row.version, content },
          ...(row.token_hash === null ? {} : { tokenHash: row.token_hash }),
        },
      ]
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      context.onUnreadable(error)
      return []
    }
  }

  const all = () => queries.selectFrom('pairing').selectAll().orderBy('user_key')

  async function find(asked: ReturnType<typeof all>): Promise<readonly Pairing[]> {
    return (await connection.run(asked.compile())).flatMap(opened)
  }

  return {
    async open(pairing) {
      const row = sealed(pairing)
      await connection.run(
        queries
          .insertInto('pairing')
          .values(row)
          .onConflict((conflict) => conflict.column('user_key').doUpdateSet(row))
          .compile(),
      )
    },

    async ofPerson(userKey) {
      const [pairing] = await find(all().where('user_key', '=', userKey))
      return pairing
    },
    ofName: (userName) => find(all().where('user_name', '=', toStorableText(userName))),
    async ofToken(tokenHash) {
      const [pairing] = await find(all().where('token_hash', '=', tokenHash))
      return pairing
    },

    async change(pairing, to) {
      const { user_key: userKey, ...values } = sealed({
        ...pairing,
        ...to,
        version: pairing.version + 1,
      })
      const changed = await connection.run(
        queries
          .updateTable('pairing')
          .set(values)
          .where('user_key', '=', userKey)
          .where('id', '=', pairing.id)
          .where('version', '=', pairing.version)
          .returning('id')
          .compile(),
      )
      return changed.length > 0
    },

    async end({ id, userKey, version }) {
      const ended = await connection.run(
        queries
          .deleteFrom('pairing')
          .where('user_key', '=', userKey)
          .where('id', '=', id)
          .where('version', '=', version)
          .returning('id')
          .compile(),
      )
      return ended.length > 0
    },

    purge: (nowMs, stepRows) => purgeEnded(context, 'pairing', nowMs, stepRows),
  }
}

/** Anyone who can write to the database could otherwise give a code to another phone, person or time. */
function placeOf(row: Omit<PairingRow, 'content'>): SealedPlace {
  const { id, token_hash, until_ms: untilMs, user_key: userKey, user_name: name, version } = row
  const token = token_hash === null ? '' : Buffer.from(token_hash).toString('hex')
  return {
    table: 'pairing',
    column: JSON.stringify(['content', id, version, token, untilMs, name]),
    userKey,
  }
}
