import { formatGuid } from './guid.ts'
import { formatSid } from './sid.ts'

/** One entry of an access list (MS-DTYP 2.4.4). */
export type AccessEntry = {
  readonly allows: boolean
  /** It depends on a condition that is not read here (MS-DTYP 2.4.4.17). */
  readonly isConditional: boolean
  /** Rights (MS-DTYP 2.4.3, MS-ADTS 5.1.3.2). */
  readonly mask: number
  /** GUID of the attribute or property set that it is about, as text; absent: all. */
  readonly objectType?: string
  /** Who it is about, such as `S-1-5-10`. */
  readonly sid: string
}

/** `everything`: there is no list, and everyone may do everything (MS-DTYP 2.4.6). */
export type AccessList = readonly AccessEntry[] | 'everything'

/** Bits of Control of a security descriptor (MS-DTYP 2.4.6). */
const daclPresent = 0x0004
const selfRelative = 0x8000
/** Bit of AceFlags (MS-DTYP 2.4.4.1): for what is below this object only. */
const inheritOnly = 0x08
/** Bits of Flags of an entry about an object (MS-DTYP 2.4.4.3): which GUIDs are there. */
const hasObjectType = 0x01
const hasInheritedType = 0x02

const guidBytes = 16
const descriptorBytes = 20
const listBytes = 8
const headerBytes = 4

/** AceType (MS-DTYP 2.4.4.1) of those that let or deny. Others say nothing about access. */
const kinds: ReadonlyMap<
  number,
  Pick<AccessEntry, 'allows' | 'isConditional'> & { readonly isOfObject: boolean }
> = new Map([
  [0x00, { allows: true, isOfObject: false, isConditional: false }],
  [0x01, { allows: false, isOfObject: false, isConditional: false }],
  [0x05, { allows: true, isOfObject: true, isConditional: false }],
  [0x06, { allows: false, isOfObject: true, isConditional: false }],
  [0x09, { allows: true, isOfObject: false, isConditional: true }],
  [0x0a, { allows: false, isOfObject: false, isConditional: true }],
  [0x0b, { allows: true, isOfObject: true, isConditional: true }],
  [0x0c, { allows: false, isOfObject: true, isConditional: true }],
])

/**
 * The discretionary access list of a self-relative security descriptor (MS-DTYP 2.4.6), such as nTSecurityDescriptor,
 * without what applies only below the object. Undefined for bytes that are not a list.
 */
export function readAccessList(bytes: Uint8Array): AccessList | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (view.length < descriptorBytes || view[0] !== 1) return undefined
  const control = view.readUInt16LE(2)
  if ((control & selfRelative) === 0) return undefined
  if ((control & daclPresent) === 0) return 'everything'
  const at = view.readUInt32LE(16)
  if (at === 0) return 'everything'
  if (at < descriptorBytes || at + listBytes > view.length) return undefined
  const size = view.readUInt16LE(at + 2)
  if (size < listBytes || at + size > view.length) return undefined
  return readEntries(view.subarray(at + listBytes, at + size), view.readUInt16LE(at + 4))
}

function readEntries(list: Buffer, count: number): readonly AccessEntry[] | undefined {
  const entries: AccessEntry[] = []
  let at = 0
  for (let index = 0; index < count; index += 1) {
    if (at + headerBytes > list.length) return undefined
    const size = list.readUInt16LE(at + 2)
    if (size < headerBytes || at + size > list.length) return undefined
    const entry = readEntry(list.subarray(at, at + size))
    if (entry === 'broken') return undefined
    if (entry !== 'other') entries.push(entry)
    at += size
  }
  return entries
}

/** Of one entry, with its header. */
function readEntry(bytes: Buffer): AccessEntry | 'other' | 'broken' {
  const kind = kinds.get(bytes[0] ?? 0)
  if (kind === undefined || ((bytes[1] ?? 0) & inheritOnly) !== 0) return 'other'
  const { isOfObject, ...effect } = kind
  const fixed = headerBytes + (isOfObject ? 8 : 4)
  if (bytes.length < fixed) return 'broken'
  const mask = bytes.readUInt32LE(headerBytes)
  const flags = isOfObject ? bytes.readUInt32LE(8) : 0
  const typeEnds = fixed + ((flags & hasObjectType) === 0 ? 0 : guidBytes)
  const sidAt = typeEnds + ((flags & hasInheritedType) === 0 ? 0 : guidBytes)
  // After the SID a condition may follow.
  const sidEnds = sidAt + 8 + 4 * (bytes[sidAt + 1] ?? 0)
  const sid = sidEnds > bytes.length ? undefined : formatSid(bytes.subarray(sidAt, sidEnds))
  if (sid === undefined) return 'broken'
  const objectType =
    typeEnds === fixed ? {} : { objectType: formatGuid(bytes.subarray(fixed, typeEnds)) }
  return { ...effect, mask, ...objectType, sid }
}

/** To write an attribute (MS-ADTS 5.1.3.2): by itself, or among all rights. */
const writing = 0x00000020 | 0x40000000 | 0x10000000

/**
 * Whether one who is all of these SIDs may write an attribute that is of these types: its own GUID and that of its
 * property set. The first entry that is about them decides (MS-DTYP 2.5.3.2, MS-ADTS 5.1.3.3). A condition that is not
 * known is taken as met where it allows, and as not met where it denies.
 */
export function mayWrite(
  list: AccessList,
  sids: ReadonlySet<string>,
  types: ReadonlySet<string>,
): boolean {
  if (list === 'everything') return true
  const decides = list.find(
    ({ allows, isConditional, mask, objectType, sid }) =>
      (mask & writing) !== 0 &&
      sids.has(sid) &&
      (objectType === undefined || types.has(objectType)) &&
      (allows || !isConditional),
  )
  return decides?.allows ?? false
}
