import { createHash } from 'node:crypto'
import { challengeOf, ntHash, ntResponseOf } from '../../../src/mschap/index.ts'
import { type Attribute, attributeType } from '../../../src/radius/index.ts'
import { Secret } from '../../../src/support/index.ts'
import { msChapAttributes } from '../../lab/ms-chap-gateway.ts'
import { bytesOf } from './people.ts'

/** CHAP-Password with the Request Authenticator as its challenge (RFC 2865 2.2). */
export function chapAttributes(password: string, authenticator: Uint8Array): Attribute[] {
  const identifier = Buffer.of(7)
  const response = createHash('md5')
    .update(identifier)
    .update(password)
    .update(authenticator)
    .digest()
  return [{ type: attributeType.ChapPassword, value: Buffer.concat([identifier, response]) }]
}

/** MS-CHAP, with the same challenges in each run, so that the keys are the same too. */
export function msChapOf(
  { msChap, msChap1 }: { readonly msChap?: string; readonly msChap1?: string },
  userName: string,
  seed: string,
): Attribute[] {
  const password = msChap ?? msChap1
  if (password === undefined) return []
  const version = msChap === undefined ? 1 : 2
  return msChapAttributes(msChapResponse(password, { userName, seed, version }))
}

export function msChapResponse(
  password: string,
  options: {
    readonly userName: string
    readonly seed: string
    readonly version: 1 | 2
    readonly challenge?: Uint8Array
  },
) {
  const { userName, seed, version } = options
  const open = {
    kind: 'ms-chap' as const,
    version,
    identifier: 1,
    challenge: options.challenge ?? bytesOf(`${seed} challenge`, version === 1 ? 8 : 16),
    peerChallenge: version === 1 ? new Uint8Array(0) : bytesOf(`${seed} peer challenge`, 16),
    ntResponse: new Uint8Array(0),
    userName,
  }
  return {
    ...open,
    ntResponse: ntResponseOf(challengeOf(open, userName), ntHash(new Secret(password))),
  }
}
