import { createHash } from 'node:crypto'
import type { Caller } from '../../support/index.ts'
import { endSessionsOf } from '../end-sessions.ts'
import { isSpare } from '../enrolment/spare-tokens.ts'
import { AdminError } from '../errors.ts'
import { operation } from '../operation.ts'
import { seedRowsPerEvent } from '../page-sizes.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'
import { recordChange } from '../record-change.ts'
import { tellChange } from '../tell-change.ts'
import { type PlannedToken, planSeeds, type SeedRow } from './plan.ts'
import { importArgs } from './seed-args.ts'

export type SeedImport = {
  /** Whether anything was stored. */
  readonly imported: boolean
  /** Stands for all rows; give it back to store exactly that. */
  readonly plan: string
  readonly counts: Readonly<Record<SeedRow['state'], number>>
}

/** How many people's audit rows are written at once. */
const rowsAtOnce = 64

/** Stores seeds of hardware tokens, after saying what would happen to each. */
export function createSeedOperations(parts: AdminParts) {
  const { store, clock } = parts

  /** One transaction; when the audit cannot be written, what was there before is put back. */
  async function exchange(caller: Caller, tokens: readonly PlannedToken[]): Promise<void> {
    const byPerson = groupByPerson(tokens)
    const spare = tokens.filter(({ person }) => person === undefined).length
    const remove = tokens.flatMap(({ replaced }) => (replaced === undefined ? [] : [replaced]))
    const add = tokens.map(({ token }) => token)
    await inTurns(byPerson, async ({ person }) => {
      await store.accounts.noteUser(person.key, person.name)
      await store.personRecords.markEnrolled(person.key, clock.nowMs())
    })
    await store.tokens.exchange({ add, remove })
    try {
      // A row for each person: what was done to them is found under their name.
      await inTurns(byPerson, async ({ person, theirs }) => {
        const detail = { count: String(theirs.length) }
        await recordChange(parts, caller, 'admin-seeds-imported', person, detail)
      })
      if (spare > 0) {
        const detail = { count: String(spare) }
        await recordChange(parts, caller, 'admin-spare-tokens-imported', undefined, detail)
      }
    } catch (error) {
      await store.tokens.exchange({ add: remove, remove: add }).catch(() => undefined)
      throw error
    }
    for (const { person, token } of tokens) {
      if (person === undefined) continue
      tellChange(parts, caller, person, { kind: 'authenticator-added', authenticator: token })
    }
    const replaced = byPerson.filter(({ theirs }) =>
      theirs.some((one) => one.replaced !== undefined && !isSpare(one.replaced)),
    )
    await inTurns(replaced, async ({ person }) => {
      await endSessionsOf(parts, caller, person, 'authenticator-removed')
    })
  }

  return {
    /**
     * Sends events `{ rows }` with a row for each seed, in their order. With a refused row nothing is stored, unless
     * the caller asked to skip refused rows.
     */
    'seeds.import': operation(importArgs, async (args, call): Promise<SeedImport> => {
      const { rows, tokens } = await planSeeds(parts, args, call.signal)
      for (let at = 0; at < rows.length; at += seedRowsPerEvent) {
        call.send({ rows: rows.slice(at, at + seedRowsPerEvent) })
      }
      const count = (state: SeedRow['state']) => rows.filter((row) => row.state === state).length
      const counts = {
        add: count('add'),
        spare: count('spare'),
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

type OfPerson = { readonly person: Person; readonly theirs: readonly PlannedToken[] }

function groupByPerson(tokens: readonly PlannedToken[]): readonly OfPerson[] {
  return [...Map.groupBy(tokens, ({ person }) => person?.key)].flatMap(([, theirs]) => {
    const person = theirs[0]?.person
    return person === undefined ? [] : [{ person, theirs }]
  })
}

async function inTurns<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < items.length; at += rowsAtOnce) {
    await Promise.all(items.slice(at, at + rowsAtOnce).map(work))
  }
}
