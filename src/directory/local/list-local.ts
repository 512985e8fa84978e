import type { User } from '../../accounts/index.ts'
import type { PeoplePart } from '../../signin/index.ts'
import { foldGroup } from '../../support/index.ts'

/** People in one part of a list. */
const peopleAPart = 500

/** Everyone, or the members of a group, part by part. A group is there where someone is in it. */
export async function* listLocal(
  everyone: readonly User[],
  group: string | undefined,
): AsyncGenerator<PeoplePart> {
  const wanted = group === undefined ? undefined : foldGroup(group)
  const people = everyone.filter(({ groups }) => wanted === undefined || groups.includes(wanted))
  if (people.length === 0 && wanted !== undefined) yield { kind: 'group-unknown' }
  for (let at = 0; at < people.length; at += peopleAPart) {
    yield { kind: 'people', people: people.slice(at, at + peopleAPart) }
  }
}
