import { randomUUID } from 'node:crypto'
import { spareTokenOwner } from '../../accounts/index.ts'
import type { Token } from '../../store/index.ts'
import { tidySerial } from '../enrolment/spare-tokens.ts'
import type { AdminParts } from '../parts.ts'
import type { Person } from '../people.ts'
import { loadEnrolledTokens } from './enrolled-tokens.ts'
import { findPeople } from './find-people.ts'
import { judgeSpare, judgeToken, type Verdict } from './judge.ts'
import { keepUsed, newToken } from './new-token.ts'
import type { SeedArgs } from './seed-args.ts'

/** What happens to one seed: it is added, for a person or as a spare token, is there already, takes the place of another one, or is refused. */
export type SeedRow = {
  readonly line: number
  readonly state: 'add' | 'spare' | 'there' | 'replace' | 'refuse'
  /** The person's name in the directory; absent where there is none. */
  readonly user?: string
  readonly text?: string
}

/** A token to be stored, and the one that goes away for it. Without `person` it is a spare one. */
export type PlannedToken = {
  readonly person?: Person
  readonly token: Token
  readonly replaced?: Token
}

/** What would happen to each seed, in their order, and what has to be stored. Stores nothing. */
export async function planSeeds(
  { store, findPerson, clock }: Pick<AdminParts, 'clock' | 'findPerson' | 'store'>,
  { seeds, replace }: { readonly seeds: readonly SeedArgs[]; readonly replace: boolean },
  signal: AbortSignal,
): Promise<{ readonly rows: readonly SeedRow[]; readonly tokens: readonly PlannedToken[] }> {
  const enrolled = await loadEnrolledTokens(store.tokens)
  const named = seeds.flatMap(({ user }) => user ?? [])
  const people = await findPeople(named, findPerson, signal)
  const rows: SeedRow[] = []
  const tokens: PlannedToken[] = []

  function tokenOf(seed: SeedArgs, userKey: string): Token {
    return newToken(seed, { id: randomUUID(), userKey, createdAtMs: clock.nowMs() })
  }

  function plan(token: Token, verdict: Verdict, person?: Person): Omit<SeedRow, 'line'> {
    const of = person === undefined ? {} : { user: person.name }
    const row = { state: verdict.state, ...of, ...('text' in verdict && { text: verdict.text }) }
    if (verdict.state === 'there' || verdict.state === 'refuse') return row
    const replaced = 'replaced' in verdict ? verdict.replaced : undefined
    const planned =
      replaced === undefined ? { token } : { token: keepUsed(token, replaced), replaced }
    tokens.push(person === undefined ? planned : { person, ...planned })
    enrolled.add({ token, name: person?.name ?? '' })
    return row
  }

  function planFor(person: Person, seed: SeedArgs): Omit<SeedRow, 'line'> {
    const token = tokenOf(seed, person.key)
    return plan(token, judgeToken(token, seed.serial, person, enrolled, replace), person)
  }

  function planSpare(seed: SeedArgs): Omit<SeedRow, 'line'> {
    const serial = tidySerial(seed.serial ?? '')
    if (serial === '') {
      const text = 'a spare token needs a serial number, by which someone claims it'
      return { state: 'refuse', text }
    }
    const token = tokenOf({ ...seed, serial }, spareTokenOwner)
    return plan(token, judgeSpare(token, serial, enrolled, replace))
  }

  for (const seed of seeds) {
    const { line, user } = seed
    const person = user === undefined ? undefined : people.get(user)
    if (user === undefined) rows.push({ line, ...planSpare(seed) })
    else if (typeof person === 'object') rows.push({ line, ...planFor(person, seed) })
    else rows.push({ line, state: 'refuse', text: person ?? 'the user name was not looked up' })
  }
  return { rows, tokens }
}
