import type { Entry } from 'ldapts'
import { bytesValue } from './entry.ts'

/** The SID of an entry as text; the search must have named objectSid as binary. */
export function sidOf(entry: Entry): string | undefined {
  const bytes = bytesValue(entry, 'objectSid')
  return bytes && formatSid(bytes)
}

/** A SID (MS-DTYP 2.4.2.2) as text, such as `S-1-5-21-1-2-3-500`; undefined for bytes that are not a SID. */
export function formatSid(bytes: Uint8Array): string | undefined {
  const [revision, count = 0] = bytes
  if (revision !== 1 || bytes.length !== 8 + 4 * count) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const authority = view.getUint16(2) * 2 ** 32 + view.getUint32(4)
  const parts = Array.from({ length: count }, (_, index) => view.getUint32(8 + 4 * index, true))
  return ['S', revision, authority, ...parts].join('-')
}
