import { expect } from 'chai'
import fc from 'fast-check'
import {
  type Attribute,
  attributeType,
  createAttributeCipher,
  encodeVendorAttribute,
  findVendorAttribute,
  packetCode,
  readVendorAttributes,
  textAttributes,
} from '../../src/radius/index.ts'
import type { Credential, MsChapSuccess, Outcome, RejectReason } from '../../src/signin/index.ts'
import { hex } from '../radius/hex.ts'
import { msChap1Vector, msChap2Vector } from '../vectors/ms-chap.ts'
import { accessRequest, createHarness, gateway, readReply } from './harness.ts'

const microsoft = 311
const vendor = (type: number, value: Uint8Array) => encodeVendorAttribute(microsoft, type, value)

const challenge2 = vendor(11, hex(msChap2Vector.challenge))
const value2 = hex(`0100${msChap2Vector.peerChallenge}${'00'.repeat(8)}${msChap2Vector.ntResponse}`)
const response2 = vendor(25, value2)
const challenge1 = vendor(11, hex(msChap1Vector.challenge))
const value1 = hex(`0901${'00'.repeat(24)}${msChap1Vector.ntResponse}`)
const response1 = vendor(1, value1)

type Options = { readonly msChapV1?: boolean; readonly bare?: boolean; readonly eap?: boolean }

function receive(
  attributes: readonly Attribute[],
  { msChapV1 = true, bare = true, eap = false }: Options = {},
) {
  const harness = createHarness({ gateways: [gateway('vpn', { msChapV1, eap })] })
  const request = accessRequest({ user: msChap2Vector.userName, attributes: [...attributes], bare })
  harness.receive(request.bytes)
  const held = harness.held[0]
  if (held === undefined) throw new Error(harness.drops[0]?.reason ?? 'nothing happened')
  return { ...harness, held, request }
}

function credentialOf(attributes: readonly Attribute[], options = {}): Credential {
  return receive(attributes, options).held.attempt.credential
}

describe('an MS-CHAP response in a request', () => {
  it('is read in version 2, with the name that User-Name says', () => {
    const { held, clock } = receive([...challenge2, ...response2])
    const expected = {
      kind: 'ms-chap',
      version: 2,
      identifier: 1,
      challenge: new Uint8Array(hex(msChap2Vector.challenge)),
      peerChallenge: new Uint8Array(hex(msChap2Vector.peerChallenge)),
      ntResponse: new Uint8Array(hex(msChap2Vector.ntResponse)),
      userName: 'User',
    }
    expect(held.attempt.credential).to.deep.equal(expected)
    clock.advance(5_000)
    expect(held.attempt.credential, 'held as bytes').to.deep.equal(expected)
  })

  for (const [what, response] of [
    ['2', [...challenge2, ...response2]],
    ['1', [...challenge1, ...response1]],
  ] as const) {
    it(`of version ${what} counts on Wi-Fi inside EAP alone, where the gateway has it (RULES 28)`, () => {
      const port = (number: number) => ({
        type: attributeType.NasPortType,
        value: Uint8Array.of(0, 0, 0, number),
      })
      const kindOf = (number: number, eap: boolean) =>
        credentialOf([...response, port(number)], { eap }).kind
      expect(kindOf(19, true), 'on Wi-Fi').to.equal('unsupported')
      expect(kindOf(15, true), 'on a wire').to.equal('ms-chap')
      expect(kindOf(19, false), 'no EAP here').to.equal('ms-chap')
    })
  }

  it('is read in version 1, where the gateway may', () => {
    expect(credentialOf([...challenge1, ...response1])).to.deep.equal({
      kind: 'ms-chap',
      version: 1,
      identifier: 9,
      challenge: new Uint8Array(hex(msChap1Vector.challenge)),
      peerChallenge: new Uint8Array(0),
      ntResponse: new Uint8Array(hex(msChap1Vector.ntResponse)),
      userName: 'User',
    })
    expect(credentialOf([...challenge1, ...response1], { msChapV1: false })).to.deep.equal({
      kind: 'unsupported',
      name: 'MS-CHAPv1 (see ms_chap_v1)',
    })
  })

  const longer = (value: Buffer) => Buffer.concat([value, Buffer.of(0)])
  const chapPassword = { type: attributeType.ChapPassword, value: Buffer.alloc(17) }
  const password = { type: attributeType.UserPassword, value: Buffer.alloc(16) }
  const refused: readonly (readonly [string, readonly Attribute[], string])[] = [
    ['no challenge', response2, 'MS-CHAPv2 without one MS-CHAP-Challenge of 16 bytes'],
    [
      'a challenge of version 1',
      [...challenge1, ...response2],
      'MS-CHAPv2 without one MS-CHAP-Challenge of 16 bytes',
    ],
    [
      'a challenge of version 2',
      [...challenge2, ...response1],
      'MS-CHAPv1 without one MS-CHAP-Challenge of 8 bytes',
    ],
    [
      'two challenges',
      [...challenge2, ...challenge2, ...response2],
      'MS-CHAPv2 without one MS-CHAP-Challenge of 16 bytes',
    ],
    ['an empty response', [...challenge2, ...vendor(25, Buffer.alloc(0))], 'malformed MS-CHAPv2'],
    [
      'a response of 49 bytes',
      [...challenge2, ...vendor(25, value2.subarray(0, 49))],
      'malformed MS-CHAPv2',
    ],
    [
      'a response of 51 bytes',
      [...challenge2, ...vendor(25, longer(value2))],
      'malformed MS-CHAPv2',
    ],
    [
      'a response of version 1 of 51 bytes',
      [...challenge1, ...vendor(1, longer(value1))],
      'malformed MS-CHAPv1',
    ],
    [
      'a LAN Manager response alone',
      [...challenge1, ...vendor(1, Buffer.concat([Buffer.of(9, 0), value1.subarray(2)]))],
      'LAN Manager response',
    ],
    [
      'two responses',
      [...challenge2, ...response2, ...response2],
      'more than one MS-CHAP response',
    ],
    [
      'one of each version',
      [...challenge2, ...response2, ...response1],
      'more than one MS-CHAP response',
    ],
    [
      'CHAP-Password beside it',
      [...challenge2, ...response2, chapPassword],
      'MS-CHAP and another password',
    ],
    [
      'User-Password beside it',
      [...challenge2, ...response2, password],
      'MS-CHAP and another password',
    ],
  ]
  for (const [what, attributes, name] of refused) {
    it(`with ${what} cannot be checked`, () => {
      expect(credentialOf(attributes)).to.deep.equal({ kind: 'unsupported', name })
    })
  }

  describe('that answers a challenge with what was typed, as FortiGate does', () => {
    const state = { type: attributeType.State, value: Buffer.from('sealed') }
    const written = (text: string, length = 50) => {
      const value = Buffer.alloc(length)
      value.writeUInt8(3, 0)
      value.write(text, 2, 'latin1')
      return vendor(25, value)
    }
    const answerOf = (attributes: readonly Attribute[]) => {
      const credential = credentialOf(attributes)
      return credential.kind === 'ms-chap' ? credential.answer?.reveal() : credential.kind
    }

    for (const [what, attributes, answer] of [
      ['a code', written('123456'), '123456'],
      ['a code of eight digits', written('12345678'), '12345678'],
      ['a code alone', written('123456', 8), '123456'],
      ['a code with rubbish behind it', written('123456\xfe\x01ab'), '123456'],
      ['a choice of the menu', written('2'), '2'],
      ['a word', written('sms', 5), 'sms'],
      ['nothing', written(''), ''],
    ] as const) {
      it(`reads ${what}`, () => {
        expect(answerOf([state, ...attributes])).to.equal(answer)
      })
    }

    it('keeps the identifier, and does not need a challenge', () => {
      const credential = credentialOf([state, ...written('123456')])
      expect(credential).to.include({ kind: 'ms-chap', version: 2, identifier: 3 })
    })

    it('never takes a response for an answer, nor anything without State', () => {
      expect(answerOf([state, ...challenge2, ...response2])).to.equal(undefined)
      expect(answerOf([...challenge2, ...written('123456')])).to.equal(undefined)
      expect(answerOf([state, ...vendor(25, Buffer.of(3, 0, 0x80, 0x81))])).to.equal('unsupported')
    })

    it('does not show the answer when printed', () => {
      const { attempt } = receive([state, ...written('123456')]).held
      expect(JSON.stringify([attempt.credential, attempt.attributes])).to.not.include('123456')
    })
  })

  it('of another vendor, or a challenge alone, is not one', () => {
    expect(credentialOf(encodeVendorAttribute(9, 25, value2))).to.deep.equal({ kind: 'none' })
    expect(credentialOf(challenge2)).to.deep.equal({ kind: 'none' })
  })

  it('is read, refused or none, whatever is in Microsoft’s attributes', () => {
    const types = fc.constantFrom(1, 6, 11, 25, 26, 27)
    const lengths = fc.constantFrom(0, 1, 2, 8, 16, 49, 50, 51, 68, 247)
    const attribute = fc.tuple(types, lengths, fc.integer({ min: 0, max: 255 }))
    const state = { type: attributeType.State, value: Buffer.from('sealed') }
    fc.assert(
      fc.property(fc.array(attribute, { maxLength: 6 }), fc.boolean(), (several, hasState) => {
        const attributes = several.flatMap(([type, length, byte]) =>
          vendor(type, Buffer.alloc(length, byte)),
        )
        const credential = credentialOf(hasState ? [state, ...attributes] : attributes)
        expect(credential.kind).to.be.oneOf(['ms-chap', 'unsupported', 'none'])
        if (credential.kind !== 'ms-chap' || credential.answer !== undefined) return
        const { version, challenge, peerChallenge, ntResponse } = credential
        expect([challenge.length, peerChallenge.length, ntResponse.length]).to.deep.equal(
          version === 1 ? [8, 0, 24] : [16, 16, 24],
        )
      }),
      { numRuns: 500 },
    )
  })

  it('does not show among the attributes: it can be guessed against', () => {
    const { attempt } = receive([...challenge2, ...response2, ...vendor(6, value2)]).held
    const shown = [...attempt.attributes].filter(({ vendor }) => vendor === microsoft)
    expect(shown.map(({ type }) => type)).to.deep.equal([11])
  })
})

const success2: MsChapSuccess = {
  version: 2,
  authenticatorResponse: msChap2Vector.authenticatorResponse,
  sendKey: hex(msChap2Vector.sendKey),
  receiveKey: hex(msChap2Vector.receiveKey),
}

async function answer(attributes: readonly Attribute[], outcome: Outcome) {
  const { held, request, sent } = receive(attributes)
  await held.end(outcome)
  const packet = readReply(sent[0]?.bytes, request)
  const cipher = createAttributeCipher(request)
  const find = (type: number) => findVendorAttribute(packet, microsoft, type)
  return { packet, cipher, find }
}

const accept = (msChap?: MsChapSuccess): Outcome => ({
  kind: 'accept',
  reason: 'accepted',
  attributes: [],
  ...(msChap && { msChap }),
})

describe('an Accept to an MS-CHAP response', () => {
  it('proves the server in version 2, and carries both keys, salted each for itself', async () => {
    const { packet, cipher, find } = await answer([...challenge2, ...response2], accept(success2))
    expect(packet.code).to.equal(packetCode.AccessAccept)
    const proof = Buffer.from(find(26) ?? [])
    expect(proof.toString('latin1')).to.equal(`\x01${msChap2Vector.authenticatorResponse}`)
    const [send, receive] = [find(16), find(17)].map((value) => value ?? new Uint8Array(0))
    if (send === undefined || receive === undefined) throw new Error('no keys')
    expect(cipher.decrypt(send, 'salted').toString('hex')).to.equal(msChap2Vector.sendKey)
    expect(cipher.decrypt(receive, 'salted').toString('hex')).to.equal(msChap2Vector.receiveKey)
    expect(send.subarray(0, 2)).to.not.deep.equal(receive.subarray(0, 2))
    expect(find(7)).to.deep.equal(hex('00000001'))
    expect(find(8)).to.deep.equal(hex('00000006'))
  })

  it('proves the server without keys where an upstream server gave none', async () => {
    const { authenticatorResponse } = success2
    const { packet } = await answer(
      [...challenge2, ...response2],
      accept({ version: 2, authenticatorResponse }),
    )
    const types = readVendorAttributes(packet, microsoft).map(({ type }) => type)
    expect(types).to.deep.equal([26])
  })

  it('carries MS-CHAP-MPPE-Keys in version 1', async () => {
    const ntKey = hex('000102030405060708090a0b0c0d0e0f')
    const { cipher, find } = await answer(
      [...challenge1, ...response1],
      accept({ version: 1, ntKey }),
    )
    const keys = cipher.decrypt(find(12) ?? new Uint8Array(0), 'password')
    expect(keys.toString('hex')).to.equal(
      `${'00'.repeat(8)}${ntKey.toString('hex')}${'00'.repeat(8)}`,
    )
    expect(find(26)).to.equal(undefined)
    expect(find(8)).to.deep.equal(hex('00000006'))
  })

  it('has nothing of Microsoft where nothing was proven, or another credential was sent', async () => {
    const unproven = await answer([...challenge2, ...response2], accept())
    expect(readVendorAttributes(unproven.packet, microsoft)).to.deep.equal([])
    const password = textAttributes(attributeType.FilterId, 'x')
    const { held, request, sent } = receive(password, { bare: false })
    await held.end(accept(success2))
    expect(readVendorAttributes(readReply(sent[0]?.bytes, request), microsoft)).to.deep.equal([])
  })
})

describe('a Reject of an MS-CHAP response', () => {
  const reject = (reason: RejectReason, message = 'No.'): Outcome => ({
    kind: 'reject',
    reason,
    message,
  })
  const errorOf = async (attributes: readonly Attribute[], outcome: Outcome) =>
    Buffer.from((await answer(attributes, outcome)).find(2) ?? []).toString()

  for (const [reason, code] of [
    ['password-wrong', 691],
    ['user-unknown', 691],
    ['account-locked-in-directory', 691],
    ['prompt-timeout', 691],
    ['account-restricted', 646],
    ['account-disabled', 647],
    ['account-expired', 647],
    ['password-expired', 648],
    ['not-enrolled', 649],
    ['no-method-for-flow', 649],
    ['password-not-changed', 709],
  ] as const) {
    it(`says ${code} for ${reason}, and that the user may not try again`, async () => {
      const text = await errorOf([...challenge2, ...response2], reject(reason))
      expect(text).to.match(new RegExp(`^\\x01E=${code} R=0 C=[0-9A-F]{32} V=3 M=No\\.$`))
    })
  }

  it('has a challenge of 8 bytes and no message in version 1', async () => {
    const text = await errorOf([...challenge1, ...response1], reject('password-wrong'))
    expect(text).to.match(/^\tE=691 R=0 C=[0-9A-F]{16} V=2$/)
  })

  it('has another challenge each time', async () => {
    const one = await errorOf([...challenge2, ...response2], reject('password-wrong'))
    const two = await errorOf([...challenge2, ...response2], reject('password-wrong'))
    expect(one).to.not.equal(two)
  })

  it('cuts a long message between characters, so that it fits one attribute', async () => {
    const text = await errorOf(
      [...challenge2, ...response2],
      reject('not-enrolled', 'é'.repeat(126)),
    )
    expect(text.split('M=')[1]).to.equal('é'.repeat(90))
  })

  it('says nothing about it to a gateway that sent a password', async () => {
    const { held, request, sent } = receive([], { bare: false })
    await held.end(reject('password-wrong'))
    expect(findVendorAttribute(readReply(sent[0]?.bytes, request), microsoft, 2)).to.equal(
      undefined,
    )
  })
})
