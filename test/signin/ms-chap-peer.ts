import { randomBytes } from 'node:crypto'
import { challengeOf, checkMsChap, ntHash, ntResponseOf } from '../../src/mschap/index.ts'
import type { MsChapCredential, MsChapSuccess } from '../../src/signin/index.ts'
import { Secret } from '../../src/support/index.ts'

/** What a peer sends that takes `text` for its password, to a fresh challenge. */
export function msChap(text: string, { userName = 'alice', version = 2 as 1 | 2 } = {}) {
  const open: MsChapCredential = {
    kind: 'ms-chap',
    version,
    identifier: 1,
    challenge: randomBytes(version === 1 ? 8 : 16),
    peerChallenge: version === 1 ? new Uint8Array(0) : randomBytes(16),
    ntResponse: new Uint8Array(0),
    userName,
  }
  const hash = ntHash(new Secret(text))
  return { ...open, ntResponse: ntResponseOf(challengeOf(open, userName), hash) }
}

/** What the peer expects to hear, if the server knows the same text. */
export function successFor(credential: MsChapCredential, text: string): MsChapSuccess {
  const success = checkMsChap(credential, ntHash(new Secret(text)))
  if (success === undefined) throw new Error('the peer took another text for its password')
  return success
}
