import { createHash } from 'node:crypto'
import type { AccountingRecord } from '../../accounts/index.ts'
import {
  attributeType,
  findAttribute,
  findInteger,
  headerLength,
  type VerifiedRequest,
} from '../../radius/index.ts'

/** What is never in an Accounting-Request (RFC 2866 section 5.13). A password in it must not reach the disk. */
const forbidden: Readonly<Record<number, string>> = {
  [attributeType.UserPassword]: 'User-Password',
  [attributeType.ChapPassword]: 'CHAP-Password',
  [attributeType.ReplyMessage]: 'Reply-Message',
  [attributeType.State]: 'State',
}

/** What may differ when a gateway, or a proxy on the way, sends a record again. */
const notOfRecord: ReadonlySet<number> = new Set([
  attributeType.AcctDelayTime,
  attributeType.ProxyState,
  attributeType.MessageAuthenticator,
])

const digestBytes = 16

/** The record in an Accounting-Request, or what is wrong with it. The bytes are copies. */
export function readRecord(
  request: VerifiedRequest,
  from: { readonly gateway: string; readonly source: string; readonly receivedAtMs: number },
): AccountingRecord | { readonly fault: string } {
  const unwanted = request.attributes.find(({ type }) => forbidden[type] !== undefined)
  if (unwanted !== undefined) return { fault: `it has ${forbidden[unwanted.type]}` }
  const statusType = findInteger(request, attributeType.AcctStatusType)
  if (statusType === undefined) {
    const isThere = findAttribute(request, attributeType.AcctStatusType) !== undefined
    return {
      fault: isThere ? 'Acct-Status-Type is not 4 bytes long' : 'it has no Acct-Status-Type',
    }
  }
  return {
    ...from,
    eventAtMs: eventTimeOf(request, from.receivedAtMs),
    statusType,
    digest: digestOf(request, from.gateway),
    attributes: Uint8Array.from(request.bytes.subarray(headerLength)),
  }
}

/** Event-Timestamp is the moment itself: nothing is taken off it (RFC 2869 section 5.3). */
function eventTimeOf(request: VerifiedRequest, receivedAtMs: number): number {
  const timestamp = findInteger(request, attributeType.EventTimestamp)
  if (timestamp !== undefined) return timestamp * 1000
  return receivedAtMs - (findInteger(request, attributeType.AcctDelayTime) ?? 0) * 1000
}

function digestOf(request: VerifiedRequest, gateway: string): Uint8Array {
  const hash = createHash('sha256').update(`${gateway}\0`)
  for (const { type, value } of request.attributes) {
    if (!notOfRecord.has(type)) hash.update(Uint8Array.of(type, value.length)).update(value)
  }
  return Uint8Array.from(hash.digest().subarray(0, digestBytes))
}
