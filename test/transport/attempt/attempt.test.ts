import { createHash } from 'node:crypto'
import { expect } from 'chai'
import {
  type Attribute,
  attributeType,
  encodeVendorAttribute,
  integerAttribute,
  type RequestToSend,
  textAttributes,
} from '../../../src/radius/index.ts'
import type { Attempt, Credential } from '../../../src/signin/index.ts'
import { findCharset, utf8 } from '../../../src/support/index.ts'
import type { DeviceAttribute, GatewayEntry } from '../../../src/transport/gateways/gateway.ts'
import { accessRequest, createHarness, gateway } from '../harness.ts'

function attemptOf(
  changes: Partial<RequestToSend> & { user?: string; bare?: boolean },
  entry: Partial<GatewayEntry> = {},
): Attempt {
  const harness = createHarness({ gateways: [gateway('vpn', entry)] })
  harness.receive(accessRequest(changes).bytes)
  const attempt = harness.held[0]?.attempt
  if (attempt === undefined) throw new Error(harness.drops[0]?.reason ?? 'nothing happened')
  return attempt
}

function withoutPassword(...attributes: Attribute[]): Credential {
  return attemptOf({ attributes, bare: true }).credential
}

function password(bytes: string | Uint8Array, charset = 'utf-8') {
  const { credential } = attemptOf({ password: bytes }, { charset: findCharset(charset) ?? utf8 })
  if (credential.kind !== 'pap') throw new Error(credential.kind)
  return { text: credential.password.reveal(), wellFormed: credential.wellFormed }
}

describe('credential', () => {
  const passwords: [string, string | Uint8Array, string, string, boolean][] = [
    ['plain text', 'hunter2', 'utf-8', 'hunter2', true],
    ['UTF-8', 'pässwörd☃', 'utf-8', 'pässwörd☃', true],
    ['empty', '', 'utf-8', '', true],
    ['128 bytes', 'x'.repeat(128), 'utf-8', 'x'.repeat(128), true],
    ['a byte order mark, which is kept', '\uFEFFx', 'utf-8', '\uFEFFx', true],
    ['the replacement character itself', '\uFFFD', 'utf-8', '\uFFFD', true],
    [
      'Latin-1 where UTF-8 is set',
      Buffer.from('pässwörd', 'latin1'),
      'utf-8',
      'p\uFFFDssw\uFFFDrd',
      false,
    ],
    ['Latin-1 where it is set', Buffer.from('pässwörd', 'latin1'), 'latin1', 'pässwörd', true],
    ['a NUL inside', 'pass\0word', 'utf-8', 'pass\0word', false],
    ['a control character', 'pass\tword', 'utf-8', 'pass\tword', false],
    [
      'a byte that means nothing in windows-1252',
      Buffer.from([0x70, 0x81]),
      'latin1',
      'p\x81',
      false,
    ],
    ['the euro sign of Windows', Buffer.from([0x70, 0x80, 0xe4]), 'latin1', 'p€ä', true],
    ['Polish letters', Buffer.from([0xa3, 0xf3, 0x64, 0x9f]), 'windows-1250', 'Łódź', true],
    ['DEL', 'pass\x7f', 'utf-8', 'pass\x7f', false],
  ]
  for (const [what, bytes, charset, text, wellFormed] of passwords) {
    it(`PAP with ${what} is ${wellFormed ? '' : 'not '}well formed`, () => {
      expect(password(bytes, charset)).to.deep.equal({ text, wellFormed })
    })
  }

  it('PAP never shows when printed', () => {
    expect(JSON.stringify(attemptOf({ password: 'hunter2' }).credential)).not.to.include('hunter2')
  })

  it('PAP says where it fills a buffer, since more may have been cut off', () => {
    const fullAt = (length: number) => {
      const { credential } = attemptOf({ password: 'x'.repeat(length) })
      return credential.kind === 'pap' ? credential.fullAt : -1
    }
    expect([0, 1, 14, 17, 30, 126].map(fullAt)).to.deep.equal(Array(6).fill(undefined))
    const full = [15, 16, 31, 32, 63, 64, 127, 128]
    expect(full.map(fullAt)).to.deep.equal(full)
  })

  for (const length of [129, 144, 240, 253]) {
    it(`User-Password of ${length} bytes is longer than RADIUS carries`, () => {
      const long = { type: attributeType.UserPassword, value: Buffer.alloc(length) }
      expect(withoutPassword(long)).to.deep.equal({
        ...{ kind: 'unsupported', name: `User-Password of ${length} bytes`, isTooLong: true },
      })
    })
  }

  it('User-Password of an impossible length is not a credential we can check', () => {
    const bad = { type: attributeType.UserPassword, value: Buffer.alloc(15) }
    expect(withoutPassword(bad)).to.deep.equal({
      kind: 'unsupported',
      name: 'malformed User-Password',
    })
  })

  const response = createHash('md5').update('anything').digest()
  const chap = { type: attributeType.ChapPassword, value: Buffer.concat([Buffer.of(9), response]) }

  it('CHAP takes CHAP-Challenge', () => {
    const challenge = { type: attributeType.ChapChallenge, value: Buffer.from('challenge') }
    expect(withoutPassword(chap, challenge)).to.deep.equal({
      kind: 'chap',
      identifier: 9,
      response: new Uint8Array(response),
      challenge: new Uint8Array(Buffer.from('challenge')),
    })
  })

  for (const [what, extra] of [
    ['without CHAP-Challenge', []],
    ['with an empty one', [{ type: attributeType.ChapChallenge, value: Buffer.alloc(0) }]],
  ] as const) {
    it(`CHAP ${what} takes the Request Authenticator`, () => {
      const authenticator = new Uint8Array(16).fill(5)
      const attributes = [chap, ...extra]
      const attempt = attemptOf({ attributes, authenticator, bare: true })
      expect(attempt.credential).to.deep.include({ kind: 'chap', challenge: authenticator })
    })
  }

  for (const length of [0, 1, 16, 18, 17 + 16]) {
    it(`CHAP-Password of ${length} bytes is malformed`, () => {
      const bad = { type: attributeType.ChapPassword, value: Buffer.alloc(length) }
      expect(withoutPassword(bad)).to.deep.equal({
        kind: 'unsupported',
        name: 'malformed CHAP-Password',
      })
    })
  }

  it('User-Password and CHAP-Password together are neither', () => {
    expect(attemptOf({ attributes: [chap] }).credential.kind).to.equal('unsupported')
  })

  it('a request without any has none', () => {
    expect(withoutPassword()).to.deep.equal({ kind: 'none' })
  })
})

describe('attempt', () => {
  it('carries the State without the NULs that end a C string', () => {
    const stateOf = (state: string) =>
      Buffer.from(
        attemptOf({ attributes: [{ type: attributeType.State, value: Buffer.from(state) }] })
          .state ?? 'none',
      ).toString()
    expect(stateOf('sealed\0\0')).to.equal('sealed')
    expect(stateOf('sea\0led')).to.equal('sea\0led')
    expect(stateOf('\0')).to.equal('')
  })

  it('carries what the request says', () => {
    const attempt = attemptOf({
      user: 'ålice',
      attributes: [
        { type: attributeType.State, value: Buffer.from('sealed') },
        ...textAttributes(attributeType.CallingStationId, '203.0.113.5:4500'),
        integerAttribute(attributeType.NasPort, 12),
        ...textAttributes(attributeType.AcctSessionId, 's1'),
      ],
    })
    expect(attempt.id).to.match(/^[0-9a-z]{12}$/)
    expect(attempt.userName).to.equal('ålice')
    expect(Buffer.from(attempt.state ?? []).toString()).to.equal('sealed')
    expect(attempt.device).to.deep.equal({ kind: 'address', value: '203.0.113.5' })
    expect(attempt.port).to.equal('12/0//s1')
    expect(attempt.sourceAddress).to.equal('192.0.2.1')
    expect(attempt.requestAuthenticator).to.have.length(16)
  })

  it('says the same while it is held', () => {
    const harness = createHarness()
    const attributes = [
      { type: attributeType.State, value: Buffer.from('sealed') },
      ...textAttributes(attributeType.CallingStationId, '203.0.113.5'),
      ...textAttributes(attributeType.AcctSessionId, 's1'),
    ]
    const { bytes } = accessRequest({ user: 'ålice', attributes })
    harness.receive(bytes)
    const { attempt, live } = harness.held[0] ?? {}
    if (attempt?.credential.kind !== 'pap') throw new Error('no password')
    const before = { ...attempt, attributes: [...attempt.attributes] }
    harness.clock.advance(2_000)
    harness.receive(bytes)
    expect({ ...attempt, attributes: [...attempt.attributes] }).to.deep.equal(before)
    expect(live?.resends()).to.equal(1)
    const { credential } = attempt
    expect(credential.kind === 'pap' && credential.password.reveal()).to.equal('hunter2')
  })

  it('reads the device where the gateway names it, and nowhere else', () => {
    const paloAlto = { vendor: 25461, type: 7, form: 'text' } as const
    const fortinet = { vendor: 12356, type: 2, form: 'address' } as const
    const called = textAttributes(attributeType.CallingStationId, '198.51.100.9')
    const address = Uint8Array.of(203, 0, 113, 5)
    const six = Buffer.from('20010db8000000000000000000000001', 'hex')
    const deviceOf = (
      deviceAttribute: DeviceAttribute,
      vendor: number,
      type: number,
      value: Uint8Array,
    ) => {
      const harness = createHarness({ gateways: [gateway('vpn', { deviceAttribute })] })
      const attributes = [...called, ...encodeVendorAttribute(vendor, type, value)]
      harness.receive(accessRequest({ attributes }).bytes)
      return harness.held[0]?.attempt.device
    }
    const person = { kind: 'address', value: '203.0.113.5' }
    expect(deviceOf(paloAlto, 25461, 7, Buffer.from('203.0.113.5'))).to.deep.equal(person)
    expect(deviceOf(fortinet, 12356, 2, address)).to.deep.equal(person)
    expect(deviceOf(fortinet, 12356, 2, six)).to.include({ value: '2001:db8::1' })
    for (const [vendor, type, value] of [
      [25461, 6, Buffer.from('203.0.113.5')],
      [12356, 7, Buffer.from('203.0.113.5')],
      [25461, 7, Buffer.from('0.0.0.0')],
    ] as const) {
      expect(deviceOf(paloAlto, vendor, type, value)).to.equal(undefined)
    }
    expect(deviceOf(fortinet, 12356, 2, Buffer.alloc(4))).to.equal(undefined)
    // Something is said, and no one can read it.
    const garbled = Buffer.from([0xff, 0xfe])
    expect(deviceOf(paloAlto, 25461, 7, garbled)).to.include({ kind: 'text' })
    for (const value of [Buffer.from('203.0.113.5'), Buffer.alloc(3, 1)]) {
      expect(deviceOf(fortinet, 12356, 2, value)).to.include({ kind: 'text' })
    }
  })

  it('leaves out what the request does not say', () => {
    const attempt = attemptOf({})
    expect(attempt).to.include({ state: undefined, device: undefined, port: undefined })
  })

  it('reads User-Name in the charset of the gateway', () => {
    const user = { type: attributeType.UserName, value: Buffer.from('ålice', 'latin1') }
    const harness = createHarness({
      gateways: [gateway('vpn', { charset: findCharset('latin1') ?? utf8 })],
    })
    harness.receive(accessRequest({ user: '', attributes: [user] }).bytes)
    expect(harness.held[0]?.attempt.userName).to.equal('ålice')
  })

  it('has another id each time', () => {
    const harness = createHarness()
    for (let identifier = 0; identifier < 50; identifier++) {
      harness.receive(accessRequest({ identifier }).bytes)
    }
    expect(new Set(harness.held.map(({ attempt }) => attempt.id)).size).to.equal(50)
  })

  const id = (text: string) => textAttributes(attributeType.NasPortId, text)
  const session = (text: string) => textAttributes(attributeType.AcctSessionId, text)
  it('takes no port 0, and no port of a wrong size, for evidence', () => {
    expect(attemptOf({ attributes: [integerAttribute(attributeType.NasPort, 0)] }).port).to.equal(
      undefined,
    )
    const odd = { type: attributeType.NasPort, value: Buffer.from('12') }
    expect(attemptOf({ attributes: [odd] }).port).to.equal(undefined)
  })
  it('keeps port and session apart however they are cut', () => {
    const first = attemptOf({ attributes: [...id('a/b'), ...session('c')] }).port
    const second = attemptOf({ attributes: [...id('a'), ...session('b/c')] }).port
    expect(first).not.to.equal(second)
  })

  it('shows attributes as plain data, vendors taken apart, odd ones left whole', () => {
    const several = Buffer.from('0000000901056162630203ff', 'hex')
    const odd = Buffer.from('000001ad0000bfbe000004d2', 'hex')
    const { attributes } = attemptOf({
      bare: true,
      attributes: [
        { type: attributeType.VendorSpecific, value: several },
        { type: attributeType.VendorSpecific, value: odd },
        { type: attributeType.VendorSpecific, value: Buffer.of(0, 0, 9) },
      ],
    })
    const shown = [...attributes].map(
      ({ vendor, type, value }) => `${vendor}.${type}=${Buffer.from(value).toString('hex')}`,
    )
    expect(shown.slice(2)).to.deep.equal([
      '9.1=616263',
      '9.2=ff',
      '0.26=000001ad0000bfbe000004d2',
      '0.26=000009',
    ])
  })

  it('shows no password among the attributes, not even encrypted', () => {
    const types = [...attemptOf({}).attributes].map(({ type }) => type)
    expect(types).to.include(attributeType.UserName)
    expect(types).not.to.include(attributeType.UserPassword)
  })

  it('says the same after it was held for a while', () => {
    const harness = createHarness()
    const request = accessRequest()
    harness.receive(request.bytes)
    const attempt = harness.held[0]?.attempt
    const before = [
      [...(attempt?.attributes ?? [])],
      Buffer.from(attempt?.requestAuthenticator ?? []),
    ]
    harness.clock.advance(5_000)
    const after = [
      [...(attempt?.attributes ?? [])],
      Buffer.from(attempt?.requestAuthenticator ?? []),
    ]
    expect(after).to.deep.equal(before)
    expect(request.authenticator).to.deep.equal(before[1])
  })
})
