import { sql } from 'kysely'
import type { KeptPrompt, OpenPrompt, PromptRecord, PromptResult } from '../../signin/index.ts'
import type { SharedPromptRow } from '../schema.ts'
import type { SharedContext } from './context.ts'
import { openValue, sealValue } from './values.ts'

/** `record`: of one that has sent a code there is nothing to go on with. */
export type PromptContent = { readonly prompt: OpenPrompt; readonly record?: PromptRecord }

/** How it ended, and until when that is told to those who ask. */
type Ended = { readonly result: PromptResult; readonly ownUntilMs: number }

type Context = Pick<SharedContext, 'sealer' | 'times' | 'onUnreadable'>
type Row<Column extends keyof SharedPromptRow> = Pick<SharedPromptRow, 'id' | 'user_key' | Column>

/** How one has ended; nulls where its row is gone. */
export type EndedRow = Pick<SharedPromptRow, 'id' | 'result'> & { user_key: string | null }
export type KeptRow = Pick<
  SharedPromptRow,
  ('id' | 'user_key' | 'content' | 'on_page' | 'gateway_refused') | ('progress' | 'progress_count')
> & { left_ms: number }

const table = 'shared_prompt'

/** How long after its time a prompt is still taken as open: the process that ends it needs a moment. */
export const overdueMs = 60_000

/** Whether the row of `shared_prompt` is of a prompt that has not ended; false where there is no row. */
export function isOpen({ times }: Context) {
  return sql<boolean>`coalesce(shared_prompt.ended_by is null
    and shared_prompt.until_ms > ${times.now()}
    and shared_prompt.own_until_ms > ${times.longAgoMs()}, false)`
}

export function sealContent(
  { sealer }: Context,
  userKey: string,
  content: PromptContent,
): Uint8Array {
  const place = { table, column: 'content', id: content.prompt.id, userKey }
  return sealValue(sealer, place, content)
}

/** Undefined where it is not what a process of ours has written for this row. */
export function openContent(
  { sealer, onUnreadable }: Context,
  { id, user_key: userKey, content }: Row<'content'>,
): PromptContent | undefined {
  return openValue(sealer, { table, column: 'content', id, userKey }, content, onUnreadable)
}

export function sealResult(
  { sealer }: Context,
  { id, user_key: userKey }: Row<never>,
  ended: Ended,
): Uint8Array {
  return sealValue(sealer, { table, column: 'result', id, userKey }, ended)
}

/** Undefined where the row says of no result, or of one that is not ours: then it counts as `timeout`. */
export function openResult(
  { sealer, onUnreadable }: Context,
  { id, user_key: userKey, result }: Row<'result'>,
): Ended | undefined {
  if (result === null) return undefined
  return openValue(sealer, { table, column: 'result', id, userKey }, result, onUnreadable)
}

/** Bound to the count, so that no earlier step comes back. */
export function sealProgress(
  { sealer }: Context,
  { id, user_key: userKey }: Row<never>,
  count: number,
  value: unknown,
): Uint8Array {
  return sealValue(sealer, { table, column: 'progress', id: `${id}:${count}`, userKey }, { value })
}

export function openProgress(
  { sealer, onUnreadable }: Context,
  { id, user_key: userKey, progress, progress_count: count }: Row<'progress' | 'progress_count'>,
): { readonly count: number; readonly value: unknown } | undefined {
  if (progress === null) return undefined
  const place = { table, column: 'progress', id: `${id}:${count}`, userKey }
  const opened = openValue<{ value: unknown }>(sealer, place, progress, onUnreadable)
  return opened && { count, value: opened.value }
}

/** What is read of a prompt with which this process may go on. */
export function keptColumns({ times }: Context) {
  return [
    ...(['id', 'user_key', 'content', 'on_page', 'gateway_refused'] as const),
    ...(['progress', 'progress_count'] as const),
    sql<number>`shared_prompt.until_ms - ${times.now()}`.as('left_ms'),
  ] as const
}

/** Undefined where there is nothing to go on with. */
export function toKept(
  context: Context & Pick<SharedContext, 'clock'>,
  row: KeptRow,
): KeptPrompt | undefined {
  const content = openContent(context, row)
  if (content?.record === undefined) return undefined
  const progress = openProgress(context, row)
  const { request } = content.record
  // By the clock of this process, whatever the other's was (O10). What is signed stays as it is.
  const deadlineMs = context.clock.nowMs() + row.left_ms - overdueMs
  return {
    prompt: content.prompt,
    record: { ...content.record, request: { ...request, deadlineMs } },
    gatewayWasRefused: row.gateway_refused === 1,
    ...(progress === undefined ? {} : { progress }),
  }
}

/** A row that is gone, or that someone has written, does not answer. */
export function resultOf(context: Context, row: EndedRow | undefined): PromptResult {
  const { id, user_key: userKey = null, result } = row ?? { id: '', result: null }
  const ended =
    userKey === null ? undefined : openResult(context, { id, user_key: userKey, result })
  return ended?.result ?? { kind: 'timeout' }
}
