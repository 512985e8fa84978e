import { joinNtEncryptedPassword, microsoftType, type VendorAttribute } from '../../radius/index.ts'
import type { Credential } from '../../signin/index.ts'

/** Code, Ident, EncryptedHash (16), PeerChallenge (16), Reserved (8), NT-Response (24), Flags (2): RFC 2548 2.3.4. */
const changeLength = 68
const changeCode = 7
const challengeLength = 16

/**
 * A new password by MS-CHAP2-CPW and MS-CHAP-NT-Enc-PW (RFC 2548 2.3.4, 2.1.5), or what is wrong with it;
 * undefined where there is none. `attributes`: those of Microsoft. `userName` is User-Name as text.
 */
export function readMsChapChange(
  attributes: readonly VendorAttribute[],
  userName: string,
): Credential | undefined {
  const valuesOf = (type: number) =>
    attributes.filter((attribute) => attribute.type === type).map(({ value }) => value)
  const [change, another] = valuesOf(microsoftType.Chap2Cpw)
  if (change === undefined) return undefined
  const [code, identifier] = change
  const [challenge, otherChallenge] = valuesOf(microsoftType.ChapChallenge)
  const password = joinNtEncryptedPassword(valuesOf(microsoftType.ChapNtEncPw))
  const isWhole = change.length === changeLength && code === changeCode && another === undefined
  const fits =
    challenge?.length === challengeLength &&
    otherChallenge === undefined &&
    password?.ident === identifier
  if (!isWhole || !fits || identifier === undefined || password === undefined) {
    return { kind: 'unsupported', name: 'malformed MS-CHAP2-CPW' }
  }
  return {
    kind: 'ms-chap',
    version: 2,
    identifier,
    challenge: Uint8Array.from(challenge),
    peerChallenge: Uint8Array.from(change.subarray(18, 34)),
    ntResponse: Uint8Array.from(change.subarray(42, 66)),
    userName,
    change: {
      encryptedHash: Uint8Array.from(change.subarray(2, 18)),
      encryptedPassword: password.block,
    },
  }
}
