import type { Method, User } from '../../accounts/index.ts'
import type { Directory, PeoplePart } from '../../signin/index.ts'
import type { Standing } from '../../store/index.ts'
import { isIdle, noteIdle } from '../enrolment/idle.ts'
import type { EnrolmentParts } from '../enrolment/parts.ts'
import { AdminError } from '../errors.ts'
import type { AdminParts } from '../parts.ts'

/** Someone of a directory, and what they have set up. */
export type ListedPerson = { readonly user: User; readonly standing: Standing }

/** Whom a list is of; `group`: as rules name it, undefined: everyone. */
export type PeopleWanted = {
  readonly group: string | undefined
  readonly directories: readonly Directory[]
}

/**
 * People of directories, part by part, with what they have set up. Accounts that were not used for long are noted, as
 * at a sign-in. Throws AdminError `directory-down`, `group-unknown` and its like: a list that is not whole is an error.
 */
export async function* listPeople(
  parts: Pick<AdminParts, 'store' | 'clock'>,
  { group, directories }: PeopleWanted,
  signal: AbortSignal,
): AsyncGenerator<readonly ListedPerson[]> {
  const listing = directories.filter(({ listPeople }) => listPeople !== undefined)
  const without: string[] = []
  for (const directory of listing) {
    for await (const part of directory.listPeople?.(group, signal) ?? []) {
      // No one waits for it any more.
      if (signal.aborted) return
      if (part.kind === 'people') yield await withStandings(parts, part.people)
      else if (part.kind === 'group-unknown') without.push(directory.name)
      else throw endOf(directory.name, group ?? '', part)
    }
  }
  if (group === undefined || without.length < listing.length) return
  throw new AdminError(
    'group-unknown',
    `No directory has a group "${group}"${without.length === 0 ? '' : ` (asked: ${without.join(', ')})`}. Write it as in rules: its name, or its DN.`,
  )
}

/** Names of directories that cannot list their people, such as other RADIUS servers. */
export function unlisted(directories: readonly Directory[]): readonly string[] {
  return directories.filter(({ listPeople }) => listPeople === undefined).map(({ name }) => name)
}

/** What lists need of a running service. Throws AdminError `needs-service`. */
export function neededParts({ enrolment }: Pick<AdminParts, 'enrolment'>): EnrolmentParts {
  if (enrolment !== undefined) return enrolment
  throw new AdminError('needs-service', 'Only the running service can ask the directories.')
}

/** Methods that reach someone by what the directory knows, without anything being set up. */
export function reachedByDirectory(
  { reach }: Pick<EnrolmentParts, 'reach'>,
  { phones, email }: Pick<User, 'phones' | 'email'>,
): readonly Method[] {
  const known = [
    ...(phones.length === 0 ? [] : (['sms', 'call'] as const)),
    ...(email === undefined ? [] : (['email'] as const)),
  ]
  return known.filter((method) => reach.wayOf(method) !== undefined)
}

async function withStandings(
  parts: Pick<AdminParts, 'store' | 'clock'>,
  people: readonly User[],
): Promise<readonly ListedPerson[]> {
  const { store, clock } = parts
  const nowMs = clock.nowMs()
  for (const user of people) if (isIdle(user, nowMs)) await noteIdle(parts, user)
  const standings = await store.users.standings(
    people.map(({ key }) => key),
    nowMs,
  )
  return people.flatMap((user) => {
    const standing = standings.get(user.key)
    return standing === undefined ? [] : [{ user, standing }]
  })
}

function endOf(
  directory: string,
  group: string,
  part: Exclude<PeoplePart, { kind: 'people' | 'group-unknown' }>,
): AdminError {
  switch (part.kind) {
    case 'group-ambiguous':
      return new AdminError(
        'group-ambiguous',
        `Directory ${directory} has several groups "${group}". Write the DN of the one you mean.`,
      )
    case 'group-too-large':
      return new AdminError(
        'group-too-large',
        `Group "${group}" of directory ${directory} has more than ${part.most} members, which are not listed. Choose a smaller group.`,
      )
    case 'busy':
      return new AdminError(
        'directory-down',
        `The list is not complete: too many requests wait for directory ${directory}. Try again.`,
      )
    case 'down':
      return new AdminError(
        'directory-down',
        `The list is not complete: directory ${directory} does not answer (${part.detail}). holdfast check says more.`,
      )
  }
}
