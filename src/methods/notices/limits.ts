import type { LimitedUse, LimitStore } from '../../accounts/index.ts'
import type { Addressee } from './outbox.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/**
 * How many notices a person gets. Changes of little weight are counted apart, so that no one uses up the notices of a
 * new phone by renaming an old one. They are counts of their own: a flood of notices takes no text away from a
 * sign-in, and the other way round (RULES 41).
 */
const hourly = {
  sms: { grave: 6, minor: 2, address: 10 },
  email: { grave: 20, minor: 5, address: 40 },
} as const

/** Texts to one person in a day. */
const textsPerDay = 20

/** Bells that ring one person's phones for changes in an hour. A change without a bell is on their page. */
const bellsPerHour = 20

/** Counts one bell; false where there were too many. */
export async function takeBell(
  limits: LimitStore,
  userKey: string,
  nowMs: number,
): Promise<boolean> {
  const use = { key: `notices:bell:${userKey}`, limit: bellsPerHour, windowMs: hourMs }
  return (await limits.take([use], nowMs)).ok
}

/** Counts one message to this person; false where a limit is reached, and then none is counted. */
export async function takeNotice(
  limits: LimitStore,
  { role, userKey, way }: Addressee,
  grave: boolean,
  options: { readonly nowMs: number; readonly perDay: number },
): Promise<boolean> {
  const { by, to } = way
  const weight = grave ? 'grave' : 'minor'
  // What people get takes nothing away from what others get.
  const whose = role === 'person' ? userKey : `${role}:${userKey}`
  const uses: LimitedUse[] = [
    {
      key: `notices:${by}:${weight}:${whose}`,
      limit: hourly[by][weight],
      windowMs: hourMs,
    },
    { key: `notices:to:${to}`, limit: hourly[by].address, windowMs: hourMs },
  ]
  if (by === 'sms') {
    uses.push(
      { key: `notices:sms:day:${userKey}`, limit: textsPerDay, windowMs: dayMs },
      { key: 'notices:sms:day', limit: options.perDay, windowMs: dayMs },
    )
  }
  return (await limits.take(uses, options.nowMs)).ok
}
