import { createHmac, createSecretKey } from 'node:crypto'
import type { RememberedPlace, RememberedSignIn, RememberedStore } from '../../accounts/index.ts'
import { constantTimeEqual } from '../../support/index.ts'
import type { StoreContext } from '../context.ts'
import { type Named, prepare, type Queries } from '../queries.ts'
import type { RememberedRow } from '../schema.ts'
import { rowUnlessBlocked } from '../unless-blocked.ts'

/**
 * Rows carry a keyed hash over all they say and the password's stamp: an attacker who can only write to the database
 * can neither make, move nor prolong one (RULES 21), and the stamp itself is not in it. `hashingKey`: 32 bytes, the
 * same for all time.
 */
export function createRememberedStore(
  { connection, queries }: StoreContext,
  hashingKey: Uint8Array,
): RememberedStore {
  const query = prepareQueries(queries)
  const key = createSecretKey(hashingKey)

  function macOf(signIn: RememberedSignIn, passwordStamp: string): Uint8Array {
    const { userKey, gatewayGroup, device, network, method, atMs, untilMs } = signIn
    const said = [userKey, gatewayGroup, device.kind, device.value, network, method, atMs, untilMs]
    return createHmac('sha256', key)
      .update(JSON.stringify(['remembered sign-in', ...said, passwordStamp]))
      .digest()
  }

  return {
    async find(place, passwordStamp) {
      const [row] = await connection.run(query.find(placeColumns(place)))
      if (row === undefined) return undefined
      const signIn = fromRow(row)
      return constantTimeEqual(row.mac, macOf(signIn, passwordStamp)) ? signIn : undefined
    },

    async keep(signIn, passwordStamp) {
      const { method, atMs, untilMs } = signIn
      const mac = macOf(signIn, passwordStamp)
      await connection.run(
        insertUnlessBlocked(queries, {
          ...placeColumns(signIn),
          method,
          at_ms: atMs,
          until_ms: untilMs,
          mac,
        }),
      )
    },

    async list(userKey, nowMs) {
      const rows = await connection.run(
        queries
          .selectFrom('remembered')
          .selectAll()
          .where('user_key', '=', userKey)
          .where('until_ms', '>', nowMs)
          .orderBy('at_ms', 'desc')
          .compile(),
      )
      return rows.map(fromRow)
    },

    async forget(userKey, device) {
      let forgetting = queries.deleteFrom('remembered').where('user_key', '=', userKey)
      if (device !== undefined) {
        forgetting = forgetting
          .where('device_kind', '=', device.kind)
          .where('device', '=', device.value)
      }
      return (await connection.run(forgetting.returning('at_ms').compile())).length
    },

    async purge(nowMs, stepRows) {
      const step = purgeStep(queries, nowMs, stepRows)
      let purged = 0
      for (;;) {
        const { length } = await connection.run(step)
        purged += length
        if (length < stepRows) return purged
      }
    },
  }
}

function purgeStep(queries: Queries, nowMs: number, rows: number) {
  return queries
    .deleteFrom('remembered')
    .where((row) =>
      row(
        row.refTuple(...keyColumns),
        'in',
        row
          .selectFrom('remembered')
          .select(keyColumns)
          .where('until_ms', '<=', nowMs)
          .orderBy('until_ms')
          .limit(rows)
          .$asTuple(...keyColumns),
      ),
    )
    .returning('at_ms')
    .compile()
}

function insertUnlessBlocked(queries: Queries, row: RememberedRow) {
  const { method, at_ms, until_ms, mac } = row
  return queries
    .insertInto('remembered')
    .columns(Object.keys(row) as (keyof RememberedRow)[])
    .expression(rowUnlessBlocked(queries, row))
    .onConflict((conflict) =>
      conflict.columns(keyColumns).doUpdateSet({ method, at_ms, until_ms, mac }),
    )
    .compile()
}

const keyColumns = ['user_key', 'gateway_group', 'device_kind', 'device', 'network'] as const

type PlaceColumns = Pick<RememberedRow, (typeof keyColumns)[number]>

function placeColumns({ userKey, gatewayGroup, device, network }: RememberedPlace): PlaceColumns {
  return {
    user_key: userKey,
    gateway_group: gatewayGroup,
    device_kind: device.kind,
    device: device.value,
    network,
  }
}

function fromRow(row: RememberedRow): RememberedSignIn {
  return {
    userKey: row.user_key,
    gatewayGroup: row.gateway_group,
    device: { kind: row.device_kind, value: row.device },
    network: row.network,
    method: row.method,
    atMs: row.at_ms,
    untilMs: row.until_ms,
  }
}

function prepareQueries(queries: Queries) {
  return {
    find: prepare((value: Named<PlaceColumns>) =>
      queries
        .selectFrom('remembered')
        .selectAll()
        .where('user_key', '=', value('user_key'))
        .where('gateway_group', '=', value('gateway_group'))
        .where('device_kind', '=', value('device_kind'))
        .where('device', '=', value('device'))
        .where('network', '=', value('network')),
    ),
  }
}
