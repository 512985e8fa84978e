import type { AuditSink, SignInRecord, TimelineEntry } from '../../signin/index.ts'
import { foldName } from '../../support/index.ts'
import type { StoreContext } from '../context.ts'
import { toAsciiLower, toStorableText } from '../portable.ts'
import type { AuditRow } from '../schema.ts'
import { type AuditContent, isErased } from './chain.ts'
import { emptyContent } from './content.ts'
import type { AuditWriter } from './writer.ts'

/** A row of the audit as commands and pages read it. */
export type AuditEntry = {
  readonly node: string
  readonly seq: number
  /** Hash of the row in its chain, 64 hex digits. */
  readonly hash: string
  readonly kind: 'sign-in' | 'alert' | 'erasure'
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly signInId: string
  readonly attemptId: string
  /** As in SignInRecord. */
  readonly reference?: string
  readonly gateway: string
  readonly method?: string
  /** Of a sign-in as in SignInRecord; of others empty. */
  readonly outcome: string
  /** Of a sign-in its reason; of an alert its kind. */
  readonly reason: string
  readonly userKey?: string
  readonly userName?: string
  readonly sourceAddress?: string
  readonly device?: string
  readonly timeline: readonly TimelineEntry[]
  /** The personal part was erased: no user, address, device or timeline. */
  readonly erased: boolean
}

export type AuditSearch = {
  /** Name (any case) or user key. */
  readonly user?: string
  readonly gateway?: string
  readonly outcome?: SignInRecord['outcome']
  readonly reason?: string
  readonly kind?: AuditEntry['kind']
  /** Beginning of the sign-in id or of the attempt id. */
  readonly id?: string
  readonly reference?: string
  /** Ended at or after, and before; milliseconds since 1970. */
  readonly fromMs?: number
  readonly toMs?: number
  /** At most so many, newest first. Default 100, at most 10,000. */
  readonly limit?: number
  /** The last entry of an earlier page, after which it goes on. */
  readonly before?: EntryPlace
  /** Whose chain; default all. */
  readonly node?: string
}

/** The place of an entry among those of all chains. */
export type EntryPlace = Pick<AuditEntry, 'endedAtMs' | 'node' | 'seq'>

export type AuditLog = AuditSink & {
  searchAudit(search: AuditSearch): Promise<readonly AuditEntry[]>
  /**
   * The newest sign-in that began, went on or ended with a request whose id begins so. Reads the time lines of
   * each chain, newest first, a few thousand at a time; sign-ins go on in between.
   */
  findByRequest(id: string): Promise<AuditEntry | undefined>
  /**
   * What this process has written after `after`, oldest first, at most `limit` (default 200, at most 10,000). Of
   * another chain: from the beginning of its own.
   */
  followAudit(after: Omit<EntryPlace, 'endedAtMs'>, limit?: number): Promise<readonly AuditEntry[]>
}

/** A result is held in memory as a whole, twice. */
const maxRows = 10_000
/** Time lines looked through in one go. */
const rowsRead = 2_000

export function createAuditLog(context: StoreContext, writer: AuditWriter): AuditLog {
  const { connection, queries, chain, hasManyChains } = context

  /** Those that there are rows of. */
  async function listChains(): Promise<readonly string[]> {
    if (!hasManyChains) return [chain()]
    const found = await connection.run(
      queries.selectFrom('audit').select('node').distinct().compile(),
    )
    return found.map(({ node }) => node)
  }

  /** The newest row of a chain that holds a text in its time line. */
  async function findNoted(node: string, noted: string): Promise<AuditRow | undefined> {
    const lastRow = queries
      .selectFrom('audit')
      .select('seq')
      .where('node', '=', node)
      .orderBy('seq', 'desc')
      .limit(1)
      .compile()
    let end = (await connection.run(lastRow))[0]?.seq ?? 0
    for (; end > 0; end -= rowsRead) {
      const [found] = await connection.run(
        queries
          .selectFrom('audit')
          .selectAll()
          .where('node', '=', node)
          .where('seq', '>', end - rowsRead)
          .where('seq', '<=', end)
          .where((row) =>
            row(
              row.fn('replace', ['timeline', row.val(noted), row.val('')]),
              '!=',
              row.ref('timeline'),
            ),
          )
          .orderBy('seq', 'desc')
          .limit(1)
          .compile(),
      )
      if (found !== undefined) return found
    }
    return undefined
  }

  return {
    record: async (record) => writer.append(signInContent(record)),

    alert: async ({ atMs, kind, userKey, userName, detail }) =>
      writer.append({
        ...emptyContent,
        kind: 'alert',
        started_at_ms: atMs,
        ended_at_ms: atMs,
        reason: kind,
        user_key: userKey ?? null,
        user_name: userName === undefined ? null : toStorableText(userName),
        timeline: JSON.stringify([{ atMs, what: kind, detail }]),
      }),

    async searchAudit(search) {
      let query = queries
        .selectFrom('audit')
        .selectAll()
        .limit(Math.min(search.limit ?? 100, maxRows))
      const { user, id, before } = search
      // In one chain the order is that of its rows; among several only their times tell.
      const whose = search.node ?? (hasManyChains ? undefined : chain())
      if (whose !== undefined) {
        query = query.where('node', '=', whose).orderBy('seq', 'desc')
        if (before !== undefined) query = query.where('seq', '<', before.seq)
      } else {
        query = query.orderBy('ended_at_ms', 'desc').orderBy('node', 'desc').orderBy('seq', 'desc')
        if (before !== undefined) {
          const { endedAtMs, node, seq } = before
          query = query.where(({ eb, refTuple, tuple }) =>
            eb(refTuple('ended_at_ms', 'node', 'seq'), '<', tuple(endedAtMs, node, seq)),
          )
        }
      }
      if (user !== undefined) {
        query = query.where((row) =>
          row.or([
            row('user_key', '=', user),
            row(row.fn('lower', ['user_name']), '=', toAsciiLower(user)),
            // Rows of earlier versions name people only by their key.
            row(
              'user_key',
              'in',
              row.selectFrom('user').select('user_key').where('search_name', '=', foldName(user)),
            ),
          ]),
        )
      }
      if (id !== undefined) {
        // Ids are base64url: `~` sorts after all of its characters.
        query = query.where((row) =>
          row.or([
            row.and([row('sign_in_id', '>=', id), row('sign_in_id', '<', `${id}~`)]),
            row.and([row('attempt_id', '>=', id), row('attempt_id', '<', `${id}~`)]),
          ]),
        )
      }
      if (search.reference !== undefined) {
        query = query.where('reference', '=', search.reference)
      }
      if (search.gateway !== undefined) query = query.where('gateway', '=', search.gateway)
      if (search.outcome !== undefined) query = query.where('outcome', '=', search.outcome)
      if (search.reason !== undefined) query = query.where('reason', '=', search.reason)
      if (search.kind !== undefined) query = query.where('kind', '=', search.kind)
      if (search.fromMs !== undefined) query = query.where('ended_at_ms', '>=', search.fromMs)
      if (search.toMs !== undefined) query = query.where('ended_at_ms', '<', search.toMs)
      return (await connection.run(query.compile())).map(toEntry)
    },

    async findByRequest(id) {
      // As record.ts notes each request of a sign-in.
      const noted = `"attempt":${JSON.stringify(id).slice(0, -1)}`
      let newest: AuditRow | undefined
      for (const node of await listChains()) {
        const found = await findNoted(node, noted)
        if (found !== undefined && found.ended_at_ms >= (newest?.ended_at_ms ?? 0)) newest = found
      }
      return newest && toEntry(newest)
    },

    async followAudit(after, limit = 200) {
      const node = chain()
      const rows = await connection.run(
        queries
          .selectFrom('audit')
          .selectAll()
          .where('node', '=', node)
          .where('seq', '>', after.node === node ? after.seq : 0)
          .orderBy('seq')
          .limit(Math.min(limit, maxRows))
          .compile(),
      )
      return rows.map(toEntry)
    },
  }
}

function signInContent(record: SignInRecord): AuditContent {
  return {
    kind: 'sign-in',
    started_at_ms: record.startedAtMs,
    ended_at_ms: record.endedAtMs,
    sign_in_id: record.signInId,
    attempt_id: record.attemptId,
    reference: record.reference ?? null,
    gateway: record.gateway,
    method: record.method ?? null,
    outcome: record.outcome,
    reason: record.reason,
    user_key: record.userKey ?? null,
    // From the network.
    user_name: toStorableText(record.userName),
    source_address: record.sourceAddress,
    device: record.device === undefined ? null : toStorableText(record.device),
    timeline: JSON.stringify(record.timeline),
  }
}

function toEntry(row: AuditRow): AuditEntry {
  return {
    node: row.node,
    seq: row.seq,
    hash: row.hash,
    kind: row.kind,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    signInId: row.sign_in_id,
    attemptId: row.attempt_id,
    ...(row.reference === null ? {} : { reference: row.reference }),
    gateway: row.gateway,
    ...(row.method === null ? {} : { method: row.method }),
    outcome: row.outcome,
    reason: row.reason,
    ...(row.user_key === null ? {} : { userKey: row.user_key }),
    ...(row.user_name === null ? {} : { userName: row.user_name }),
    ...(row.source_address === null ? {} : { sourceAddress: row.source_address }),
    ...(row.device === null ? {} : { device: row.device }),
    timeline: row.timeline === null ? [] : (JSON.parse(row.timeline) as TimelineEntry[]),
    erased: isErased(row),
  }
}
