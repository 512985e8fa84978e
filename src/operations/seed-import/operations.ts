import { createHash, randomUUID } from 'node:crypto'
import type { Token } from '../../store/index.ts'
import type { Caller } from '../../support/index.ts'
import { endSessionsOf } from '../end-sessions.ts'
import { AdminError } from '../errors.ts'
import { operation } from '../operation.ts'
import { seedRowsPerEvent } from '../page-sizes.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'
import { recordChange } from '../record-change.ts'
import { tellChange } from '../tell-change.ts'
import { loadEnrolledTokens } from './enrolled-tokens.ts'
import { findPeople } from './find-people.ts'
import { judgeToken } from './judge.ts'
import { keepUsed, newToken } from './new-token.ts'
import { importArgs, type SeedArgs } from './seed-args.ts'

/** What happens to one seed: it is added, is there already, takes the place of another one, or is refused. */
export type SeedRow = {
  readonly line: number
  readonly state: 'add' | 'there' | 'replace' | 'refuse'
  /** As the directory calls the person; absent where there is none. */
  readonly user?: string
  readonly text?: string
}

export type SeedImport = {
  /** Whether anything was stored. */
  readonly imported: boolean
  /** Stands for all rows; give it back to store exactly that. */
  readonly plan: string
  readonly counts: Readonly<Record<SeedRow['state'], number>>
}

type PlannedToken = { readonly person: Person; readonly token: Token; readonly replaced?: Token }

/** How many people's audit rows are written at once. */
const rowsAtOnce = 64

/** Stores seeds of hardware tokens, after saying what would happen to each. */
export function createSeedOperations(parts: AdminParts) {
  const { store, findPerson, clock } = parts

  async function plan(seeds: readonly SeedArgs[], replace: boolean, signal: AbortSignal) {
    const enrolled = await loadEnrolledTokens(store.tokens)
    const people = await findPeople(
      seeds.map(({ user }) => user),
      findPerson,
      signal,
    )
    const rows: SeedRow[] = []
    const tokens: PlannedToken[] = []
    for (const seed of seeds) {
      const { line, serial } = seed
      const person = people.get(seed.user) ?? 'the user name was not looked up'
      if (typeof person === 'string') {
        rows.push({ line, state: 'refuse', text: person })
        continue
      }
      const { key: userKey, name: user } = person
      const token = newToken(seed, { id: randomUUID(), userKey, createdAtMs: clock.nowMs() })
      const verdict = judgeToken(token, serial, person, enrolled, replace)
      const text = 'text' in verdict ? { text: verdict.text } : {}
      rows.push({ line, state: verdict.state, user, ...text })
      if (verdict.state === 'add') tokens.push({ person, token })
      if (verdict.state === 'replace') {
        const { replaced } = verdict
        tokens.push({ person, token: keepUsed(token, replaced), replaced })
      }
      if (verdict.state === 'add' || verdict.state === 'replace')
        enrolled.add({ token, name: user })
    }
    return { rows, tokens }
  }

  /** One transaction; when the audit cannot be written, what was there before is put back. */
  async function exchange(caller: Caller, tokens: readonly PlannedToken[]): Promise<void> {
    const byPerson = [...Map.groupBy(tokens, ({ person }) => person.key).values()]
    const remove = tokens.flatMap(({ replaced }) => (replaced === undefined ? [] : [replaced]))
    const add = tokens.map(({ token }) => token)
    await inTurns(byPerson, async ([first]) => {
      if (first === undefined) return
      await store.accounts.noteUser(first.person.key, first.person.name)
      await store.personRecords.markEnrolled(first.person.key, clock.nowMs())
    })
    await store.tokens.exchange({ add, remove })
    try {
      // A row for each person: what was done to them is found under their name.
      await inTurns(byPerson, async (theirs) => {
        const detail = { count: String(theirs.length) }
        await recordChange(parts, caller, 'admin-seeds-imported', theirs[0]?.person, detail)
      })
    } catch (error) {
      await store.tokens.exchange({ add: remove, remove: add }).catch(() => undefined)
      throw error
    }
    for (const { person, token } of tokens) {
      tellChange(parts, caller, person, { kind: 'authenticator-added', authenticator: token })
    }
    const replaced = byPerson.filter((theirs) => theirs.some((one) => one.replaced !== undefined))
    await inTurns(replaced, async ([first]) => {
      if (first) await endSessionsOf(parts, caller, first.person, 'authenticator-removed')
    })
  }

  return {
    /** Sends events `{ rows }` with a row for each seed, in their order. With a refused row nothing is stored, unless those are to be skipped. */
    'seeds.import': operation(importArgs, async (args, call): Promise<SeedImport> => {
      const { rows, tokens } = await plan(args.seeds, args.replace, call.signal)
      for (let at = 0; at < rows.length; at += seedRowsPerEvent) {
        call.send({ rows: rows.slice(at, at + seedRowsPerEvent) })
      }
      const count = (state: SeedRow['state']) => rows.filter((row) => row.state === state).length
      const counts = {
        add: count('add'),
        there: count('there'),
        replace: count('replace'),
        refuse: count('refuse'),
      }
      const digest = createHash('sha256').update(JSON.stringify(rows)).digest('base64url')
      const isRefused = counts.refuse > 0 && !args.skipRefused
      if (args.dryRun || isRefused) return { imported: false, plan: digest, counts }
      if (args.plan !== undefined && args.plan !== digest) throw planChanged()
      if (tokens.length > 0) await exchange(call.caller, tokens)
      return { imported: tokens.length > 0, plan: digest, counts }
    }),
  }
}

function planChanged(): AdminError {
  return new AdminError(
    'plan-changed',
    'Users or tokens have changed since the table was shown. Nothing was imported. Run the command again.',
  )
}

async function inTurns<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < items.length; at += rowsAtOnce) {
    await Promise.all(items.slice(at, at + rowsAtOnce).map(work))
  }
}
