import { sql } from 'kysely'
import type { SignInRegistry, TimelineEntry } from '../../signin/index.ts'
import { tokenOf } from '../hints.ts'
import type { SharedKeptRow } from '../schema.ts'
import { asked, type Topic } from './asking.ts'
import type { SharedContext } from './context.ts'
import { hashOf, openValue, sealValue } from './values.ts'

type Kind = SharedKeptRow['kind']

export type KeptParts = Pick<
  SignInRegistry,
  | ('spend' | 'keepLate' | 'findLate' | 'forgetLate' | 'noteInterrupted' | 'isInterrupted')
  | ('saveTimeline' | 'takeTimeline' | 'keepSealed' | 'takeSealed')
>

/** Rows that end by themselves need no name of a person. */
const personId = hashOf

/** How long an equal request is taken as the one that spent (RULES 10). */
const sameRequestMs = 10_000

/** What is kept for a while under an id, taken by one, or spent once. */
export function createKept(context: SharedContext): KeptParts {
  const { connection, queries, sealer, times, asking, hints, onUnreadable, purge } = context
  /** Of the time lines that were saved here. */
  const whenTaken = new Map<string, () => void>()

  const timelines: Topic<{ id: string }> = {
    kind: 'timeline',
    // A process that waits for an answer looks itself when its time is over.
    isUrgent: false,
    query: (ids) =>
      queries
        .selectFrom(asked(ids))
        .select('asked.id')
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('shared_kept')
                .select('shared_kept.id')
                .where('kind', '=', 'timeline')
                .whereRef('shared_kept.id', '=', 'asked.id'),
            ),
          ),
        )
        .compile(),
    hear(rows) {
      for (const { id } of rows) tellTaken(id)
    },
  }

  function tellTaken(id: string): void {
    const taken = whenTaken.get(id)
    whenTaken.delete(id)
    asking.remove(timelines, id)
    taken?.()
  }

  /** The moment is sealed with the rest: it cannot be put off by hand. */
  const place = (kind: Kind, id: string, ownUntilMs: number) => ({
    ...{ table: 'shared_kept', column: 'content' },
    id: `${kind}:${id}:${ownUntilMs}`,
  })

  const insert = (
    kind: Kind,
    id: string,
    content: Uint8Array | null,
    untilMs: number,
    claimKey: string | null = null,
  ) => {
    purge.expect(untilMs)
    return queries.insertInto('shared_kept').values({
      ...{ kind, id, content, claim_key: claimKey },
      ...{ at_ms: times.now(), until_ms: times.at(untilMs), own_until_ms: untilMs },
    })
  }

  /** The last one counts. */
  async function put(kind: Kind, id: string, value: unknown, untilMs: number): Promise<void> {
    const content = sealValue(sealer, place(kind, id, untilMs), value)
    await connection.run(
      insert(kind, id, content, untilMs)
        .onConflict((conflict) =>
          conflict.columns(['kind', 'id']).doUpdateSet(({ ref }) => ({
            content: ref('excluded.content'),
            at_ms: ref('excluded.at_ms'),
            until_ms: ref('excluded.until_ms'),
            own_until_ms: ref('excluded.own_until_ms'),
          })),
        )
        .compile(),
    )
  }

  const columns = () =>
    [
      'content',
      'own_until_ms',
      sql<boolean>`shared_kept.until_ms > ${times.now()}
        and shared_kept.own_until_ms > ${times.longAgoMs()}`.as('counts'),
    ] as const

  function open<Value>(
    kind: Kind,
    id: string,
    row: { content: Uint8Array | null; own_until_ms: number; counts: boolean } | undefined,
  ): Value | undefined {
    if (row?.content == null || !row.counts) return undefined
    return openValue<Value>(sealer, place(kind, id, row.own_until_ms), row.content, onUnreadable)
  }

  async function find<Value>(kind: Kind, id: string): Promise<Value | undefined> {
    const [row] = await connection.run(
      queries
        .selectFrom('shared_kept')
        .select(columns())
        .where('kind', '=', kind)
        .where('id', '=', id)
        .compile(),
    )
    return open(kind, id, row)
  }

  async function take<Value>(kind: Kind, id: string): Promise<Value | undefined> {
    const [row] = await connection.run(
      queries
        .deleteFrom('shared_kept')
        .where('kind', '=', kind)
        .where('id', '=', id)
        .returning(columns())
        .compile(),
    )
    return open(kind, id, row)
  }

  return {
    async spend(what, id, untilMs, claimKeys = []) {
      const kind = what === 'state' ? 'spent-state' : 'spent-approval'
      const spend = insert(kind, id, null, untilMs, claimKeys[0])
        .onConflict((conflict) => conflict.columns(['kind', 'id']).doNothing())
        .returning('id')
        .compile()
      // By a statement of its own: one and the same would not see the row of the one that was faster.
      const find = queries
        .selectFrom('shared_kept')
        .select('claim_key')
        .where('kind', '=', kind)
        .where('id', '=', id)
        .where('at_ms', '>', sql<number>`${times.now()} - ${sameRequestMs}`)
        .compile()
      const [spent, [before]] = await connection.atomically([spend, find])
      if (spent.length > 0) {
        connection.noteSpent(spend)
        return true
      }
      // Its process may have died before it answered.
      return before?.claim_key != null && claimKeys.includes(before.claim_key)
    },

    keepLate: (userKey, { key, promptId, untilMs }) =>
      put('late', personId(userKey), { key, promptId }, untilMs),

    async findLate(userKey, keys) {
      const late = await find<{ key: string; promptId: string }>('late', personId(userKey))
      return late !== undefined && keys.includes(late.key) ? late.promptId : undefined
    },

    async forgetLate(userKey) {
      await take('late', personId(userKey))
    },

    async noteInterrupted(userKey, untilMs) {
      const later = (column: 'until_ms' | 'own_until_ms') =>
        sql<number>`greatest(shared_kept.${sql.ref(column)}, excluded.${sql.ref(column)})`
      await connection.run(
        insert('interrupted', personId(userKey), null, untilMs)
          .onConflict((conflict) =>
            conflict.columns(['kind', 'id']).doUpdateSet({
              until_ms: later('until_ms'),
              own_until_ms: later('own_until_ms'),
            }),
          )
          .compile(),
      )
    },

    async isInterrupted(userKey) {
      const [row] = await connection.run(
        queries
          .selectFrom('shared_kept')
          .select(columns())
          .where('kind', '=', 'interrupted')
          .where('id', '=', personId(userKey))
          .compile(),
      )
      return row?.counts === true
    },

    async saveTimeline(stateId, entries, untilMs, onTaken) {
      await put('timeline', stateId, entries, untilMs)
      whenTaken.set(stateId, onTaken)
      asking.add(timelines, stateId)
    },

    async takeTimeline(stateId) {
      const entries = await take<readonly TimelineEntry[]>('timeline', stateId)
      tellTaken(stateId)
      hints.tell(tokenOf('timeline', stateId))
      return entries
    },

    keepSealed: (stateId, sealed, untilMs) => put('sealed', stateId, sealed, untilMs),

    takeSealed: (stateId) => take('sealed', stateId),
  }
}
