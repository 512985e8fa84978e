import type { Entry } from 'ldapts'
import type { LdapSettings } from '../options.ts'
import { bytesValue, textValue } from './entry.ts'
import { equals, type Filter } from './filters.ts'
import { formatGuid, isGuidText, parseGuid } from './guid.ts'

type Kind = Pick<LdapSettings, 'kind'>

/** What stays when a person or a group is renamed or moved; in Active Directory it is bytes. */
export function idAttribute({ kind }: Kind): 'objectGUID' | 'entryUUID' {
  return kind === 'ad' ? 'objectGUID' : 'entryUUID'
}

/** The id of an entry as text, a UUID in lower case; undefined where it is not shown, or is not a UUID. */
export function readId({ kind }: Kind, entry: Entry): string | undefined {
  if (kind === 'ad') {
    const bytes = bytesValue(entry, 'objectGUID')
    return bytes?.length === 16 ? formatGuid(bytes) : undefined
  }
  const text = textValue(entry, 'entryUUID')?.toLowerCase()
  return text !== undefined && isGuidText(text) ? text : undefined
}

/** Whether an entry has this id, which is a UUID in lower case. */
export function hasId(settings: Kind, id: string): Filter {
  return equals(idAttribute(settings), settings.kind === 'ad' ? parseGuid(id) : id)
}
