import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { AbandonedClaim, Claim, Settled, SignInRegistry } from '../../signin/index.ts'
import { tokenOf } from '../hints.ts'
import { asked, type Topic } from './asking.ts'
import type { SharedContext } from './context.ts'
import { openValue, sealValue } from './values.ts'

type ClaimParts = Pick<SignInRegistry, 'claim' | 'settle' | 'shorten'>

type Follower = {
  /** What it has claimed: the outcome of another key is not its own. */
  readonly keys: readonly string[]
  readonly hear: (settled: Settled | AbandonedClaim) => void
}

type ClaimRow = { id: string; settled: Uint8Array | null }
type FoundClaim = ClaimRow & { process_id: string }

/** What is sealed. The columns beside it only find the row: they would aim one person's Accept at another (O8). */
type SealedOutcome = {
  readonly key: string
  readonly settled: Settled
  /** Until when it answers who comes later, by the clock of who has settled it. */
  readonly ownUntilMs: number
}

const abandoned: AbandonedClaim = { abandoned: true }

/** In `own_until_ms` of a row that is not settled: a request at another process follows it. */
const followedElsewhere = 0

/** How long a row stays for followers that have heard nothing yet. They look once a second. */
const followersMs = 10_000

/**
 * Claims on join keys. One belongs to a process until it is settled: when that has died, the next to claim owns it, and
 * all that follow learn that it was abandoned.
 */
export function createClaims(context: SharedContext): ClaimParts {
  const { connection, queries, hourSealer, clock, times, asking, hints, purge } = context
  const { isAlive, keepTrying, onUnreadable, processId } = context
  /** Of claims that this process owns: their rows by key. */
  const owned = new Map<string, string>()
  const followers = new Map<string, Follower[]>()

  const topic: Topic<ClaimRow> = {
    kind: 'claim',
    isUrgent: true,
    query: (ids) =>
      queries
        .selectFrom(asked(ids))
        .leftJoin('shared_claim', 'shared_claim.id', 'asked.id')
        .select(['asked.id', 'shared_claim.settled'])
        .where(({ or, not, eb }) =>
          or([
            eb('shared_claim.settled', 'is not', null),
            // Also where its row is gone.
            not(isAlive(sql.ref('shared_claim.process_id'))),
          ]),
        )
        .compile(),
    hear(rows) {
      for (const row of rows) tell(row.id, openOutcome(row))
    },
  }

  /** Undefined where the row is gone, its process dead, or what it says not ours, or long over. */
  function openOutcome({ id, settled }: ClaimRow): SealedOutcome | undefined {
    if (settled === null) return undefined
    const opened = openValue<SealedOutcome>(hourSealer, place(id), settled, onUnreadable)
    return opened !== undefined && opened.ownUntilMs > times.longAgoMs() ? opened : undefined
  }

  const outcomeFor = (keys: readonly string[], outcome: SealedOutcome | undefined) =>
    outcome !== undefined && keys.includes(outcome.key) ? outcome.settled : abandoned

  const place = (id: string) => ({ table: 'shared_claim', column: 'settled', id })

  function tell(id: string, outcome: SealedOutcome | undefined): void {
    const told = followers.get(id) ?? []
    followers.delete(id)
    asking.remove(topic, id)
    for (const { keys, hear } of told) hear(outcomeFor(keys, outcome))
  }

  function follow(id: string, keys: readonly string[]): Promise<Settled | AbandonedClaim> {
    return new Promise((hear) => {
      followers.set(id, [...(followers.get(id) ?? []), { keys, hear }])
      asking.add(topic, id)
    })
  }

  const isOfAnother = (row: FoundClaim) => row.process_id !== processId()

  /** A claim that no process of ours has settled in this way must not keep the person out. */
  async function settledBefore(
    keys: readonly string[],
    row: ClaimRow | undefined,
  ): Promise<Settled | AbandonedClaim> {
    const outcome = outcomeFor(keys, row && openOutcome(row))
    if (row !== undefined && outcome === abandoned) {
      await connection.run(queries.deleteFrom('shared_claim').where('id', '=', row.id).compile())
    }
    return outcome
  }

  /** Whether a row blocks a claim by a request that came so long ago. */
  const counts = (hereForMs: number) =>
    sql<boolean>`case when shared_claim.settled is null
      then ${isAlive(sql.ref('shared_claim.process_id'))}
      else shared_claim.counts_until_ms > ${times.now()} - cast(${Math.round(hereForMs)} as bigint)
        and shared_claim.own_until_ms > ${times.longAgoMs()} end`

  const claimOnce = (id: string, keys: readonly string[], hereForMs: number) =>
    [
      queries
        .deleteFrom('shared_claim')
        .where('key', 'in', keys)
        .where('settled', 'is', null)
        .where(({ not }) => not(isAlive(sql.ref('shared_claim.process_id'))))
        .returning('id')
        .compile(),
      queries
        .insertInto('shared_claim')
        .columns(['id', 'key', 'process_id'])
        .expression(
          queries
            .selectNoFrom(({ val }) => [
              val(id).as('id'),
              val(keys[0] ?? '').as('key'),
              val(processId()).as('process_id'),
            ])
            .where(({ not, exists, selectFrom }) =>
              not(
                exists(
                  selectFrom('shared_claim')
                    .select('shared_claim.id')
                    .where('shared_claim.key', 'in', keys)
                    .where(counts(hereForMs)),
                ),
              ),
            ),
        )
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .compile(),
      // By a statement of its own: one and the same would not see the row of the one that was faster.
      queries
        .selectFrom('shared_claim')
        .select(['id', 'settled', 'process_id'])
        .where('key', 'in', keys)
        .where('id', '!=', id)
        .where(counts(hereForMs))
        // One that is open has no end yet. The latest of the others is used.
        .orderBy('until_ms', (order) => order.desc().nullsFirst())
        .limit(1)
        .compile(),
      queries
        .updateTable('shared_claim')
        .set({ own_until_ms: followedElsewhere })
        .where('key', 'in', keys)
        .where('process_id', '!=', processId())
        .where('settled', 'is', null)
        .where('own_until_ms', 'is', null)
        .compile(),
    ] as const

  /** A claim that no one settles any more: a request that follows it claims again. */
  function abandon(id: string): void {
    tell(id, undefined)
    keepTrying(() =>
      connection.run(
        queries
          .deleteFrom('shared_claim')
          .where('id', '=', id)
          .where('settled', 'is', null)
          .compile(),
      ),
    )
  }

  return {
    async claim(keys, hereForMs = 0): Promise<Claim> {
      const id = randomUUID()
      const [left, mine, [other]] = await connection
        .atomically(claimOnce(id, keys, hereForMs))
        .catch((error: unknown) => {
          // Whether it was done is unknown.
          abandon(id)
          throw error
        })
      if (mine.length > 0) {
        owned.set(keys[0] ?? '', id)
        return left.length > 0 ? { role: 'owner', takenOver: true } : { role: 'owner' }
      }
      const isElsewhere = other !== undefined && isOfAnother(other)
      if (other?.settled === null) {
        return { role: 'follower', isElsewhere, settled: follow(other.id, keys) }
      }
      const settled = Promise.resolve(await settledBefore(keys, other))
      return { role: 'follower', isElsewhere, settled }
    },

    async settle(key, settled, keepMs) {
      const id = owned.get(key)
      if (id === undefined) return false
      owned.delete(key)
      const nowMs = clock.nowMs()
      const outcome = { key, settled, ownUntilMs: nowMs + keepMs }
      const untilMs = nowMs + Math.max(keepMs, followersMs)
      purge.expect(untilMs)
      const write = queries
        .updateTable('shared_claim')
        .set({
          settled: sealValue(hourSealer, place(id), outcome),
          // What is not kept answers the requests that follow, and no others.
          counts_until_ms: keepMs > 0 ? times.at(nowMs + keepMs) : 0,
          until_ms: times.at(untilMs),
          own_until_ms: untilMs,
        })
        .where('id', '=', id)
        // Who was declared dead owns nothing any more.
        .where('process_id', '=', processId())
        .where('settled', 'is', null)
        .compile()
      const before = queries
        .selectFrom('shared_claim')
        .select('own_until_ms')
        .where('id', '=', id)
        .compile()
      let isFollowedElsewhere: boolean
      try {
        const [[row]] = await connection.atomically([before, write])
        isFollowedElsewhere = row?.own_until_ms === followedElsewhere
      } catch (error) {
        abandon(id)
        throw error
      }
      hints.tell(tokenOf('claim', id))
      tell(id, outcome)
      return isFollowedElsewhere
    },

    async shorten(keys, keepMs) {
      await connection.run(
        queries
          .updateTable('shared_claim')
          .set({
            counts_until_ms: sql<number>`least(counts_until_ms, ${times.now()} + cast(${keepMs} as bigint))`,
          })
          .where('key', 'in', keys)
          .where('settled', 'is not', null)
          .compile(),
      )
    },
  }
}
