import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type {
  Adopt,
  OpenPrompt,
  PromptResult,
  PromptState,
  SignInRegistry,
} from '../../signin/index.ts'
import { tokenOf } from '../hints.ts'
import { toStorableText } from '../portable.ts'
import type { SharedPromptRow } from '../schema.ts'
import type { SharedContext } from './context.ts'
import type { Pages } from './pages.ts'
import {
  isOpen,
  type KeptRow,
  keptColumns,
  openContent,
  openResult,
  overdueMs,
  resultOf,
  sealContent,
  sealProgress,
  sealResult,
  toKept,
} from './prompt-rows.ts'
import { createPromptsHere } from './prompts-here.ts'
import { hashOf } from './values.ts'

type PromptParts = Pick<
  SignInRegistry,
  | ('openPrompt' | 'endPrompt' | 'cancelPrompt' | 'promptState' | 'answerPrompt' | 'watchPrompt')
  | ('noteGatewayRefused' | 'saveProgress' | 'findByToken' | 'findKept' | 'findEqual')
>

export type Prompts = PromptParts & {
  /** Goes on with what a process has left open, or every dead one. */
  takeOver(from: 'all-dead' | { readonly processId: string }): Promise<void>
  /** Ends timers. Prompts stay open: others go on with them. */
  stop(): void
}

/** How long the row of an ended one stays, for watchers that have heard nothing yet and reports that were begun. */
const rowKeptMs = 60_000

/**
 * Prompts in rows. None belongs to a process: whichever has to act makes itself its owner from what is kept, and the
 * first to end it has ended it (O15).
 */
export function createPrompts(context: SharedContext, pages: Pages, adopt: Adopt): Prompts {
  const { connection, queries, clock, times, hints, purge } = context
  const { keepTrying, processId } = context
  const here = createPromptsHere(context, adopt)
  /** Ends whose commit is unknown: the next try is the same one. */
  const unknownTries = new Map<string, string>()

  async function read(id: string) {
    const [row] = await connection.run(
      queries
        .selectFrom('shared_prompt')
        .select([
          ...keptColumns(context),
          'result',
          isOpen(context).as('isOpen'),
          sql<boolean>`coalesce(counts_until_ms > ${times.now()}, false)`.as('counts'),
        ])
        .where('id', '=', id)
        .compile(),
    )
    return row
  }

  /** Of a prompt that no process goes on with: it ends at its time. */
  function endInTime(row: KeptRow): void {
    const end = () => keepTrying(() => endPrompt(row.id, { kind: 'timeout' }, 0))
    const timer = clock.after(Math.max(0, row.left_ms - overdueMs), end)
    const cancel = () => {
      timer.cancel()
      end()
    }
    const owner = { cancel, letGo: () => timer.cancel() }
    here.act(row.id, { userKey: row.user_key, onPage: row.on_page === 1, owner })
  }

  async function openOnce(
    prompt: OpenPrompt,
    userKey: string,
    content: Uint8Array,
    claimKey: string | undefined,
  ) {
    const untilMs = prompt.endsMs + overdueMs
    purge.expect(untilMs)
    return connection.atomically([
      // One that is overdue is over.
      queries
        .deleteFrom('shared_prompt')
        .where('user_key', '=', userKey)
        .where('ended_by', 'is', null)
        .where(({ not }) => not(isOpen(context)))
        .returning('id')
        .compile(),
      queries
        .insertInto('shared_prompt')
        .values({
          ...{ id: prompt.id, user_key: userKey, process_id: processId(), content },
          ...{ on_page: prompt.page === undefined ? 0 : 1, version: 0, gateway_refused: 0 },
          ...{ claim_key: claimKey ?? null, progress_count: 0 },
          ...{ until_ms: times.at(untilMs), own_until_ms: untilMs },
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .compile(),
      // By a statement of its own: one and the same would not see the row of the one that was faster.
      queries
        .selectFrom('shared_prompt')
        .select(['id', 'user_key', 'content'])
        .where('user_key', '=', userKey)
        .where('ended_by', 'is', null)
        .where('id', '!=', prompt.id)
        .compile(),
    ])
  }

  async function endPrompt(id: string, result: PromptResult, keepMs: number): Promise<boolean> {
    const entry = here.find(id)
    const userKey = entry?.userKey ?? (await read(id))?.user_key
    if (userKey === undefined) return false
    const tryId = unknownTries.get(id) ?? randomUUID()
    unknownTries.delete(id)
    const row = await writeEnd({ id, user_key: userKey }, tryId, result, keepMs).catch(
      (error: unknown) => {
        unknownTries.set(id, tryId)
        throw error
      },
    )
    const isMine = row?.ended_by === tryId
    if (row?.on_page === 1) pages.changed(userKey)
    hints.tell(tokenOf('prompt', id))
    here.end(id, isMine ? result : resultOf(context, row), isMine ? 'here' : 'elsewhere')
    return isMine
  }

  /** Ends it where it is open. Gives who has ended it, and how. */
  async function writeEnd(
    of: Pick<SharedPromptRow, 'id' | 'user_key'>,
    tryId: string,
    result: PromptResult,
    keepMs: number,
  ) {
    const nowMs = clock.nowMs()
    const untilMs = nowMs + Math.max(keepMs, rowKeptMs)
    purge.expect(untilMs)
    const end = queries
      .updateTable('shared_prompt')
      .set({
        ended_by: tryId,
        result: sealResult(context, of, { result, ownUntilMs: nowMs + keepMs }),
        counts_until_ms: times.at(nowMs + keepMs),
        until_ms: times.at(untilMs),
        own_until_ms: untilMs,
      })
      .where('id', '=', of.id)
      .where(isOpen(context))
      .compile()
    const find = queries
      .selectFrom('shared_prompt')
      .select(['id', 'user_key', 'ended_by', 'result', 'on_page'])
      .where('id', '=', of.id)
      .compile()
    const [, [row]] = await connection.atomically([end, find, ...pages.ending(of.id)])
    return row
  }

  async function promptState(id: string): Promise<PromptState> {
    const row = await read(id)
    if (row === undefined) return { kind: 'unknown' }
    if (row.isOpen) return { kind: 'open' }
    const ended = row.counts ? openResult(context, row) : undefined
    if (ended === undefined || ended.ownUntilMs <= times.longAgoMs()) return { kind: 'unknown' }
    return { kind: 'ended', result: ended.result }
  }

  return {
    async openPrompt(prompt, owner, record) {
      const userKey = toStorableText(prompt.userKey)
      const kept = record?.()
      const content = sealContent(context, userKey, {
        prompt,
        ...(kept === undefined ? {} : { record: kept }),
      })
      for (;;) {
        const [overdue, opened, [other]] = await openOnce(
          prompt,
          userKey,
          content,
          kept?.claim,
        ).catch((error: unknown) => {
          // Whether it was opened is unknown, and nothing rings.
          keepTrying(() => remove(prompt.id))
          throw error
        })
        for (const { id } of overdue) {
          here.end(id, { kind: 'timeout' }, 'elsewhere')
          hints.tell(tokenOf('prompt', id))
        }
        if (opened.length > 0) {
          const onPage = prompt.page !== undefined
          here.act(prompt.id, { userKey, onPage, owner })
          if (onPage) pages.changed(userKey)
          return undefined
        }
        const found = other && openContent(context, other)
        if (found !== undefined) return found.prompt
        // No process of ours has written it: it must not keep the person out.
        if (other !== undefined) await remove(other.id)
      }
    },

    endPrompt,

    async cancelPrompt(id) {
      const row = await read(id)
      if (row?.isOpen !== true) return
      const owner = here.ownerOf(row)
      if (owner === undefined) await endPrompt(id, { kind: 'timeout' }, 0)
      else owner.cancel()
    },

    promptState,

    async answerPrompt(id, result) {
      const row = await read(id)
      if (row?.isOpen !== true) return 'over'
      return (await here.ownerOf(row)?.answer?.(result)) ?? 'over'
    },

    async watchPrompt(id, watcher) {
      here.watch(id, watcher)
      if (here.find(id) !== undefined) return
      // Where the database is away it is asked for again.
      const state = await promptState(id).catch(() => undefined)
      if (state === undefined || state.kind === 'open' || !here.unwatch(id, watcher)) return
      watcher.ended(state.kind === 'ended' ? state.result : { kind: 'timeout' })
    },

    async noteGatewayRefused(id) {
      here.find(id)?.owner.gatewayRefused?.()
      await connection.run(
        queries
          .updateTable('shared_prompt')
          .set({ gateway_refused: 1 })
          .where('id', '=', id)
          .compile(),
      )
    },

    async saveProgress(id, { seen, token, value }) {
      const userKey = here.find(id)?.userKey ?? (await read(id))?.user_key
      if (userKey === undefined) return false
      const count = seen + 1
      const saved = await connection.run(
        queries
          .updateTable('shared_prompt')
          .set({
            progress_count: count,
            progress: sealProgress(context, { id, user_key: userKey }, count, value),
            // Anyone who knows a token may speak for the provider.
            token_hash: hashOf(token),
          })
          .where('id', '=', id)
          .where('progress_count', '=', seen)
          .where(isOpen(context))
          .returning('id')
          .compile(),
      )
      return saved.length > 0
    },

    async findByToken(token) {
      const [row] = await connection.run(
        queries
          .selectFrom('shared_prompt')
          .select(keptColumns(context))
          .where('token_hash', '=', hashOf(token))
          .where(isOpen(context))
          .compile(),
      )
      if (row === undefined || here.ownerOf(row) === undefined) return undefined
      return toKept(context, row)
    },

    async findKept(id) {
      const row = await read(id)
      return row?.isOpen === true ? toKept(context, row) : undefined
    },

    async findEqual(userKey, claimKeys) {
      const [row] = await connection.run(
        queries
          .selectFrom('shared_prompt')
          .select(['id', 'user_key', 'content'])
          .where('user_key', '=', toStorableText(userKey))
          .where('claim_key', 'in', claimKeys)
          .orderBy('until_ms', 'desc')
          .limit(1)
          .compile(),
      )
      // The column only finds the row: written by hand, it would aim the approval of one device at another (O8).
      const claim = row && openContent(context, row)?.record?.claim
      return claim !== undefined && claimKeys.includes(claim) ? row?.id : undefined
    },

    async takeOver(from) {
      const isLeft =
        from === 'all-dead'
          ? sql<boolean>`not ${context.isAlive(sql.ref('shared_prompt.process_id'))}`
          : sql<boolean>`shared_prompt.process_id = ${from.processId}`
      const rows = await connection.run(
        queries
          .updateTable('shared_prompt')
          .set({ process_id: processId() })
          .where(isLeft)
          .where(isOpen(context))
          .returning(keptColumns(context))
          .compile(),
      )
      for (const row of rows) if (here.ownerOf(row) === undefined) endInTime(row)
    },

    stop: here.stop,
  }

  function remove(id: string) {
    return connection.run(
      queries
        .deleteFrom('shared_prompt')
        .where('id', '=', id)
        .where('ended_by', 'is', null)
        .compile(),
    )
  }
}
