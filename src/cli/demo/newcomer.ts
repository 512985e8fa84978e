import type { Config } from '../../config/index.ts'
import { connectAdmin } from '../../ops/index.ts'

export type Newcomer = { readonly user: string; readonly password: string }

/** Someone of a demo with a portal who has a password and nothing else, and whom no rule lets in with that. */
export function findNewcomer({ demo, directories, rules, web }: Config): Newcomer | undefined {
  if (web?.people === undefined) return undefined
  const guests = rules
    .filter(({ outcome }) => outcome.kind === 'no-second-factor')
    .flatMap(({ group = [] }) => group)
  const enrolled = (demo?.enrolments ?? []).map(({ user }) => user)
  for (const directory of Object.values(directories)) {
    if (directory.type !== 'local') continue
    for (const [user, { groups, password, phones }] of Object.entries(directory.users)) {
      const isGuest = groups.some((group) => guests.includes(group))
      const hasWay = enrolled.includes(user) || phones.length > 0
      if (password !== undefined && !isGuest && !hasWay)
        return { user, password: password.reveal() }
    }
  }
  return undefined
}

/** Makes the code that a helpdesk would give this person, as `holdfast enrolment code` does, and says what to do with it. */
export async function newcomerLines(
  { user, password }: Newcomer,
  adminSocket: string,
): Promise<readonly string[]> {
  const admin = await connectAdmin(adminSocket)
  try {
    const made = Object(
      await admin.call('enrolment.code', { name: user, reason: 'the demo has started' }),
    )
    return [
      `  ${user} has nothing set up yet: the password is ${password}, and the helpdesk code ${made.code}`,
      '',
    ]
  } finally {
    admin.close()
  }
}
