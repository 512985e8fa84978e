import { isUtf8 } from 'node:buffer'
import { withoutDomain } from '../../mschap/index.ts'

/** A name of RADIUS, which every identity becomes, holds at most 253 bytes. */
const maxNameLength = 253

/** An identity as text; undefined for one that nobody has. Some peers end it with a NUL. */
export function readIdentity(data: Uint8Array): string | undefined {
  const end = data.indexOf(0)
  const name = end === -1 ? data : data.subarray(0, end)
  if (name.length === 0 || name.length > maxNameLength || !isUtf8(name)) return undefined
  return Buffer.from(name).toString()
}

/** Whether two names are of one person: peers write the domain in one place and leave it out in another. */
export function isSameName(one: string, other: string): boolean {
  return fold(one) === fold(other)
}

function fold(name: string): string {
  return withoutDomain(name).normalize('NFC').toLowerCase()
}
