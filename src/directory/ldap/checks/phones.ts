import { counted } from '../../../support/index.ts'
import { type CheckRow, passed } from '../../check-row.ts'
import { readPhones } from '../../names/read-phones.ts'
import type { LdapConnection } from '../connections/connection.ts'
import { textValues } from '../entries/entry.ts'
import { allOf, anyOf, has } from '../entries/filters.ts'
import { peopleFilter } from '../entries/people-filter.ts'
import type { LdapSettings } from '../options.ts'

/** Users whose numbers are looked at: what is wrong with many shows in a few. */
const sampleSize = 50

/** How many users of a directory have such numbers. No row where it gives none to anyone. */
export async function checkPhones(
  what: string,
  connection: LdapConnection,
  settings: LdapSettings,
): Promise<readonly CheckRow[]> {
  const { baseDn, defaultRegion, phoneAttributes } = settings
  if (phoneAttributes.length === 0) return []
  const people = await connection.search({
    base: baseDn,
    scope: 'sub',
    filter: allOf(anyOf(...phoneAttributes.map(has)), peopleFilter(settings)),
    attributes: phoneAttributes,
    limit: sampleSize,
  })
  const reads = await Promise.all(
    people.map((entry) =>
      readPhones(
        phoneAttributes.flatMap((name) => textValues(entry, name)),
        defaultRegion,
      ),
    ),
  )
  const unusable = reads.flatMap((read) => read.unusable)
  const reasons = [...new Set(unusable.map(({ why }) => why))].join('; ')
  const detail = `numbers of ${counted(people.length, 'user')} looked at, ${unusable.length} of them cannot be used`
  return [
    passed(
      what,
      unusable.length === 0
        ? detail
        : `${detail} (${reasons}). holdfast user show NAME names those of one user`,
    ),
  ]
}
