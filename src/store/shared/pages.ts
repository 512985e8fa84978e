import { randomUUID } from 'node:crypto'
import { type CompiledQuery, sql } from 'kysely'
import type {
  PageChallenge,
  PagePrompt,
  RefusedSignIn,
  SignInRegistry,
} from '../../signin/index.ts'
import { tokenOf } from '../hints.ts'
import { toStorableText } from '../portable.ts'
import type { SharedNoteRow, SharedPromptRow } from '../schema.ts'
import type { Topic } from './asking.ts'
import type { SharedContext } from './context.ts'
import { isOpen, openContent } from './prompt-rows.ts'
import { hashOf, openValue, sealValue } from './values.ts'

export type Pages = Pick<
  SignInRegistry,
  'promptOnPage' | 'followPage' | 'noteRefused' | 'keepChallenge' | 'takeChallenge'
> & {
  /** What this person's page shows has changed. */
  changed(userKey: string): void
  /** What the end of a prompt does to answers that were begun: reports may come a moment later. */
  ending(promptId: string): readonly CompiledQuery[]
}

/** How long a report that was begun before the end may arrive behind it. */
const reportsKeptMs = 60_000
/** Refused sign-ins that a prompt names. */
const mostRefused = 4
/** Answers that one browser or phone has begun: a session that begins many pushes out its own. */
const mostBegun = 2
/** A person has ten phones at most. */
const mostBegunInAll = 40

const answers = ['approve', 'report'] as const

/** Prompts that are answered on a page: what it shows, and the answers that were begun there. */
export function createPages(context: SharedContext): Pages {
  const { connection, queries, sealer, clock, times, asking, hints, purge, onUnreadable } = context
  const followers = new Map<string, Set<() => void>>()
  /** What each page was last told: prompt and version. */
  const seen = new Map<string, string>()

  const topic: Topic<{ id: string; state: string }> = {
    kind: 'page',
    isUrgent: true,
    query: (ids) => {
      const known = ids.map((id) => seen.get(id) ?? 'nothing yet')
      const state = sql<string>`coalesce(shared_prompt.id || ' ' || shared_prompt.version, '')`
      return queries
        .selectFrom(
          sql<{
            id: string
            known: string
          }>`unnest(cast(${ids} as text[]), cast(${known} as text[]))`.as<'asked'>(
            sql`asked(id, known)`,
          ),
        )
        .leftJoin('shared_prompt', (join) =>
          join
            .onRef('shared_prompt.user_key', '=', 'asked.id')
            .on('shared_prompt.on_page', '=', 1)
            .on(isOpen(context)),
        )
        .select(['asked.id', state.as('state')])
        .where(sql<boolean>`${state} <> asked.known`)
        .compile()
    },
    hear(rows) {
      for (const { id, state } of rows) {
        const told = followers.get(id)
        if (told === undefined) continue
        seen.set(id, state)
        for (const changed of told) changed()
      }
    },
  }

  function changed(userKey: string): void {
    asking.soon(topic, userKey)
    hints.tell(tokenOf('page', userKey))
  }

  const place = (promptId: string, id: string, kind: SharedNoteRow['kind']) => ({
    ...{ table: 'shared_note', column: kind, id: `${promptId}:${id}` },
  })

  /** A note of a prompt that is open and answered on a page; nothing for any other. */
  function insertNote(
    promptId: string,
    id: string,
    kind: SharedNoteRow['kind'],
    content: Uint8Array,
    byHash: string | null,
  ) {
    const next = sql<number>`(select coalesce(max(place), 0) + 1 from shared_note
      where prompt_id = ${promptId})`
    return queries
      .insertInto('shared_note')
      .columns([
        ...(['prompt_id', 'id', 'kind', 'by_hash', 'place', 'content'] as const),
        ...(['until_ms', 'own_until_ms'] as const),
      ])
      .expression(({ selectFrom }) =>
        selectFrom('shared_prompt')
          .select([
            'shared_prompt.id as prompt_id',
            text(id).as('id'),
            sql<SharedNoteRow['kind']>`cast(${kind} as text)`.as('kind'),
            sql<string | null>`cast(${byHash} as text)`.as('by_hash'),
            next.as('place'),
            sql<Uint8Array>`cast(${content} as bytea)`.as('content'),
            'until_ms',
            'own_until_ms',
          ])
          .where('shared_prompt.id', '=', promptId)
          .where('on_page', '=', 1)
          .where(isOpen(context)),
      )
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .compile()
  }

  /** Leaves the newest `most` of a prompt's notes of these kinds, or of one who has begun them. */
  function trim(
    promptId: string,
    kinds: readonly SharedNoteRow['kind'][],
    most: number,
    byHash?: string,
  ) {
    let newest = queries
      .selectFrom('shared_note')
      .select('place')
      .where('prompt_id', '=', promptId)
      .where('kind', 'in', kinds)
    let older = queries
      .deleteFrom('shared_note')
      .where('prompt_id', '=', promptId)
      .where('kind', 'in', kinds)
    if (byHash !== undefined) {
      newest = newest.where('by_hash', '=', byHash)
      older = older.where('by_hash', '=', byHash)
    }
    return older.where('place', 'not in', newest.orderBy('place', 'desc').limit(most)).compile()
  }

  const refusedOf = (promptId: string) =>
    queries
      .selectFrom('shared_note')
      .select(['prompt_id', 'id', 'content'])
      .where('kind', '=', 'refused')
      .where('prompt_id', '=', promptId)
      .orderBy('place')
      .compile()

  type NoteRow = Pick<SharedNoteRow, 'prompt_id' | 'id' | 'content'>

  function openNote<Value>(row: NoteRow, kind: SharedNoteRow['kind']): Value | undefined {
    return openValue(sealer, place(row.prompt_id, row.id, kind), row.content, onUnreadable)
  }

  function toPagePrompt(
    row: Pick<SharedPromptRow, 'id' | 'user_key' | 'content'> | undefined,
    notes: readonly NoteRow[],
  ): PagePrompt | undefined {
    const prompt = row && openContent(context, row)?.prompt
    if (prompt?.page === undefined) return undefined
    const refused = notes
      .map((note) => openNote<RefusedSignIn>(note, 'refused'))
      .filter((note) => note !== undefined)
    return { ...prompt, page: prompt.page, refused }
  }

  return {
    changed,

    ending(promptId) {
      const untilMs = clock.nowMs() + reportsKeptMs
      purge.expect(untilMs)
      return [
        queries
          .deleteFrom('shared_note')
          .where('prompt_id', '=', promptId)
          .where('kind', '=', 'approve')
          .compile(),
        queries
          .updateTable('shared_note')
          .set({ until_ms: times.at(untilMs), own_until_ms: untilMs })
          .where('prompt_id', '=', promptId)
          .compile(),
      ]
    },

    async promptOnPage(userKey) {
      const open = queries
        .selectFrom('shared_prompt')
        .select(['id', 'user_key', 'content'])
        .where('user_key', '=', toStorableText(userKey))
        .where('on_page', '=', 1)
        .where(isOpen(context))
        .compile()
      const [row] = await connection.run(open)
      if (row === undefined) return undefined
      return toPagePrompt(row, await connection.run(refusedOf(row.id)))
    },

    followPage(userKey, change) {
      const key = toStorableText(userKey)
      const all = followers.get(key) ?? new Set()
      followers.set(key, all)
      // Of its own: the same function may follow twice.
      const own = () => change()
      all.add(own)
      asking.add(topic, key)
      asking.soon(topic, key)
      return {
        stop() {
          all.delete(own)
          if (all.size > 0 || followers.get(key) !== all) return
          followers.delete(key)
          seen.delete(key)
          asking.remove(topic, key)
        },
      }
    },

    async noteRefused(id, refused) {
      const noteId = randomUUID()
      const content = sealValue(sealer, place(id, noteId, 'refused'), refused)
      const [, , [row]] = await connection.atomically([
        insertNote(id, noteId, 'refused', content, null),
        trim(id, ['refused'], mostRefused),
        queries
          .updateTable('shared_prompt')
          .set({ version: sql`version + 1` })
          .where('id', '=', id)
          .where('on_page', '=', 1)
          .where(isOpen(context))
          .returning('user_key')
          .compile(),
      ])
      if (row !== undefined) changed(row.user_key)
    },

    async keepChallenge(id, challenge) {
      const { answer, by } = challenge
      const noteId = hashOf(challenge.challenge)
      const byHash = hashOf(by)
      const content = sealValue(sealer, place(id, noteId, answer), challenge)
      const [kept] = await connection.atomically([
        insertNote(id, noteId, answer, content, byHash),
        trim(id, answers, mostBegun, byHash),
        trim(id, answers, mostBegunInAll),
      ])
      return kept.length > 0
    },

    async takeChallenge(id, challenge) {
      const take = queries
        .deleteFrom('shared_note')
        .where('prompt_id', '=', id)
        .where('id', '=', hashOf(challenge))
        .where('kind', 'in', answers)
        .where(({ or, and, eb, exists, selectFrom }) =>
          or([
            exists(
              selectFrom('shared_prompt')
                .select('shared_prompt.id')
                .where('shared_prompt.id', '=', id)
                .where(isOpen(context)),
            ),
            and([eb('kind', '=', 'report'), eb('until_ms', '>', times.now())]),
          ]),
        )
        .returning(['prompt_id', 'id', 'kind', 'content'])
        .compile()
      const find = queries
        .selectFrom('shared_prompt')
        .select(['id', 'user_key', 'content'])
        .where('id', '=', id)
        .where('on_page', '=', 1)
        .compile()
      const [[taken], [row], notes] = await connection.atomically([take, find, refusedOf(id)])
      const kept = taken && openNote<PageChallenge>(taken, taken.kind)
      const prompt = toPagePrompt(row, notes)
      return kept === undefined || prompt === undefined ? undefined : { prompt, kept }
    },
  }
}

function text(value: string) {
  return sql<string>`cast(${value} as text)`
}
