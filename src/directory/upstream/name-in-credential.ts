import type { User } from '../../accounts/index.ts'
import type { Directory } from '../../signin/index.ts'
import type { Checkable } from './question.ts'

/**
 * EAP Types that may go to the server: Identity, Notification, Nak, MD5-Challenge, GTC and MSCHAPv2 (RFC 3748 5). In
 * all of them the name is in the open. In a tunnel, the person could be another than the name outside says. The wrong
 * person, or no one, would then be asked for the second factor, and what the server says about it afterwards is, by
 * default, the name outside.
 */
const inTheOpen: ReadonlySet<number> = new Set([1, 2, 3, 4, 6, 26])
const identity = 1
const msChapV2 = 26

/** EAP header (4), Type: what is before Type-Data. */
const beforeData = 4 + 1
const msLengthAt = beforeData + 2
/** OpCode, MS-CHAPv2-ID, MS-Length (2), Value-Size, Response: what is before Name. */
const beforeName = beforeData + 1 + 1 + 2 + 1 + 49
const responseOpCode = 2

/**
 * Why the server must not be asked; undefined where it may. It checks the password of the person it is told, and that
 * must be the person who was found. `userName`: the name they were found by.
 */
export async function refuseToAsk(
  users: Pick<Directory, 'resolve'>,
  user: User,
  credential: Checkable,
  userName: string,
  signal: AbortSignal,
): Promise<{ readonly kind: 'wrong' | 'not-checkable'; readonly detail: string } | undefined> {
  if (credential.kind === 'eap' && !inTheOpen.has(credential.message[4] ?? 0)) {
    const detail = `EAP method ${credential.message[4] ?? 'none'} may hide who it is, and is not passed on: let it end here, or let the server offer EAP-MSCHAPv2 alone`
    return { kind: 'not-checkable', detail }
  }
  const name = nameWithin(credential)
  if (name === undefined || name === userName) return undefined
  const named = await users.resolve(name, signal)
  return named.kind === 'user' && named.user.key === user.key
    ? undefined
    : { kind: 'wrong', detail: 'the response is in another name' }
}

/** The name that a credential brings with it. */
function nameWithin(credential: Checkable): string | undefined {
  if (credential.kind === 'ms-chap') return credential.userName
  return credential.kind === 'eap' ? nameWithinEap(credential.message) : undefined
}

/** The name that a Response is in, which need not be that of the first; undefined for packets without one. */
function nameWithinEap(message: Uint8Array): string | undefined {
  const [, , , , type, opCode] = message
  const text = Buffer.from(message)
  if (type === identity) return text.toString('utf8', beforeData).split('\0')[0]
  if (type !== msChapV2 || opCode !== responseOpCode) return undefined
  // No one has such a name: a server could take it to end there.
  if (text.length < beforeName || text.readUInt16BE(msLengthAt) !== text.length - beforeData) {
    return ''
  }
  return text.toString('utf8', beforeName)
}
