import { expect } from 'chai'
import {
  type Attribute,
  encodeVendorAttribute,
  splitNtEncryptedPassword,
} from '../../../src/radius/index.ts'
import type { Credential } from '../../../src/signin/index.ts'
import { hex } from '../../radius/hex.ts'
import { msChap2Vector } from '../../vectors/ms-chap.ts'
import { accessRequest, createHarness } from '../harness.ts'

const vendor = (type: number, value: Uint8Array) => encodeVendorAttribute(311, type, value)

const block = Buffer.alloc(516, 7)
const encryptedHash = Buffer.alloc(16, 8)
const peerChallenge = hex(msChap2Vector.peerChallenge)
const ntResponse = hex(msChap2Vector.ntResponse)
const header = Buffer.of(7, 3)
const change = Buffer.concat([
  header,
  encryptedHash,
  peerChallenge,
  Buffer.alloc(8),
  ntResponse,
  Buffer.alloc(2),
])
const challenge = vendor(11, hex(msChap2Vector.challenge))
const pieces = splitNtEncryptedPassword(3, block).flatMap((value) => vendor(6, value))

function credentialOf(...attributes: readonly Attribute[]): Credential {
  const harness = createHarness()
  harness.receive(accessRequest({ bare: true, attributes: [...attributes] }).bytes)
  const attempt = harness.held[0]?.attempt
  if (attempt === undefined) throw new Error(harness.drops[0]?.reason)
  return attempt.credential
}

describe('a new password in a request (RFC 2548 2.3.4)', () => {
  it('is put together, whatever the order of its pieces', () => {
    const [first, ...rest] = pieces
    if (first === undefined) throw new Error('no pieces')
    for (const ordered of [pieces, [...rest, first]]) {
      const credential = credentialOf(...challenge, ...ordered, ...vendor(27, change))
      expect(credential).to.deep.equal({
        kind: 'ms-chap',
        version: 2,
        identifier: 3,
        challenge: new Uint8Array(hex(msChap2Vector.challenge)),
        peerChallenge: new Uint8Array(peerChallenge),
        ntResponse: new Uint8Array(ntResponse),
        userName: 'alice',
        change: { encryptedHash: new Uint8Array(encryptedHash), encryptedPassword: block },
      })
    }
  })

  const longer = Buffer.concat([change, Buffer.of(0)])
  const otherCode = Buffer.concat([Buffer.of(6), change.subarray(1)])
  const otherIdent = Buffer.concat([Buffer.of(7, 4), change.subarray(2)])
  const refused: readonly (readonly [string, readonly Attribute[]])[] = [
    ['no challenge', [...pieces, ...vendor(27, change)]],
    ['two challenges', [...challenge, ...challenge, ...pieces, ...vendor(27, change)]],
    ['no pieces', [...challenge, ...vendor(27, change)]],
    ['a piece missing', [...challenge, ...pieces.slice(1), ...vendor(27, change)]],
    ['a piece doubled', [...challenge, ...pieces, ...pieces.slice(1), ...vendor(27, change)]],
    ['a length of 67', [...challenge, ...pieces, ...vendor(27, change.subarray(1))]],
    ['a length of 69', [...challenge, ...pieces, ...vendor(27, longer)]],
    ['another code', [...challenge, ...pieces, ...vendor(27, otherCode)]],
    ['another identifier', [...challenge, ...pieces, ...vendor(27, otherIdent)]],
    ['a second one', [...challenge, ...pieces, ...vendor(27, change), ...vendor(27, change)]],
    ['nothing in it', [...challenge, ...pieces, ...vendor(27, Buffer.alloc(0))]],
  ]
  for (const [what, attributes] of refused) {
    it(`with ${what} is malformed`, () => {
      const name = 'malformed MS-CHAP2-CPW'
      expect(credentialOf(...attributes)).to.deep.equal({ kind: 'unsupported', name })
    })
  }

  it('does not show among the attributes', () => {
    const harness = createHarness()
    const attributes = [...challenge, ...pieces, ...vendor(27, change)]
    harness.receive(accessRequest({ bare: true, attributes }).bytes)
    const said = harness.held[0]?.attempt.attributes ?? []
    const shown = [...said].filter(({ vendor: id }) => id === 311)
    expect(shown.map(({ type }) => type)).to.deep.equal([11])
  })
})
