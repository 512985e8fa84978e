import { expect } from 'chai'
import { createGtc } from '../../../src/eap/inner/gtc.ts'
import type { Accepted, InnerSignIn, Tunnel, TunnelStep } from '../../../src/eap/method.ts'
import { encodeAvp } from '../../../src/eap/ttls/avps.ts'
import { createTtls, type TtlsOptions } from '../../../src/eap/ttls/ttls.ts'
import { accepted, asks, bytes, denied, dropped, hex, scriptSignIn } from '../scripted-sign-in.ts'

/** What both sides derive: 16 bytes of challenge and one of identifier. */
const implicit = Buffer.from(Array.from({ length: 17 }, (_, index) => 0xa0 + index))
const challenge = implicit.subarray(0, 16)
const identifier = implicit.subarray(16)

const tunnel: Tunnel = {
  outerIdentity: 'anonymous',
  protocol: 'TLSv1.2',
  isResumed: false,
  earlier: undefined,
  keyMaterial: new Uint8Array(128),
  exportKey: (label, length) => {
    expect([label, length]).to.deep.equal(['ttls challenge', 17])
    return implicit
  },
  peerCertificate: undefined,
  verifyError: undefined,
}

const all: TtlsOptions = {
  proofs: ['pap', 'chap', 'ms-chap', 'ms-chap-v2'],
  methods: [createGtc('Password: ')],
}

const name = encodeAvp(1, 0, Buffer.from('alice'))
const password = (text: string) => encodeAvp(2, 0, Buffer.from(text.padEnd(16, '\0')))
const chap = (id: Uint8Array) => encodeAvp(3, 0, Buffer.concat([id, Buffer.alloc(16, 1)]))
const msChapValue = (id: Uint8Array) =>
  Buffer.concat([id, bytes('00'), Buffer.alloc(16, 2), Buffer.alloc(8), Buffer.alloc(24, 3)])
const msChapV2 = (of: Uint8Array, id: Uint8Array) =>
  Buffer.concat([name, encodeAvp(11, 311, of), encodeAvp(25, 311, msChapValue(id))])
const eap = (packet: string) => encodeAvp(79, 0, bytes(packet))

/** Lets a peer say these through its tunnel, and gives what the last one came to. */
async function say(
  signIn: InnerSignIn,
  options: TtlsOptions,
  ...messages: readonly Uint8Array[]
): Promise<TunnelStep> {
  const method = createTtls(options).create(tunnel)
  const round = { id: 4, nextId: 5, signIn }
  let step = await method.established(new Uint8Array(), round)
  expect(step).to.deep.equal({ kind: 'send', plain: new Uint8Array() })
  for (const message of messages) step = await method.receive(message, round)
  return step
}

const nothing = new Uint8Array()
const why = (step: TunnelStep) => (step.kind === 'broken' ? step.reason : step.kind)

describe('TTLS', () => {
  it('PAP: the name inside and the password without its padding', async () => {
    const { asked, signIn } = scriptSignIn(accepted)
    const step = await say(signIn, all, Buffer.concat([name, password('wonderland')]))
    expect(step).to.deep.equal({ kind: 'done', outcome: accepted })
    expect(asked.map(({ userName, challenges }) => [userName, challenges])).to.deep.equal([
      ['alice', false],
    ])
    const credential = asked[0]?.credential
    expect(credential?.kind === 'pap' && credential.password.reveal()).to.equal('wonderland')
    expect(credential?.kind === 'pap' && credential.wellFormed).to.equal(true)
  })

  it('PAP that came with the end of the handshake, as in TLS 1.3', async () => {
    const { signIn } = scriptSignIn(accepted)
    const method = createTtls(all).create(tunnel)
    const step = await method.established(Buffer.concat([name, password('wonderland')]), {
      id: 4,
      nextId: 5,
      signIn,
    })
    expect(step.kind).to.equal('done')
  })

  it('one acknowledgement before the peer speaks is fine, two are not', async () => {
    const pap = Buffer.concat([name, password('wonderland')])
    const { signIn } = scriptSignIn(accepted)
    expect((await say(signIn, all, nothing, pap)).kind).to.equal('done')
    expect(why(await say(signIn, all, nothing, nothing))).to.equal('eap-malformed')
  })

  it('what is not text is told as such, so that it reaches no directory', async () => {
    for (const value of [bytes('ff fe 00'), bytes('07 61 00')]) {
      const { asked, signIn } = scriptSignIn(denied)
      await say(signIn, all, Buffer.concat([name, encodeAvp(2, 0, value)]))
      const credential = asked[0]?.credential
      expect(credential?.kind === 'pap' && credential.wellFormed).to.equal(false)
    }
  })

  it('CHAP and MS-CHAP of both versions, with the challenge of this tunnel', async () => {
    const proofOfChap = Buffer.concat([name, encodeAvp(60, 0, challenge), chap(identifier)])
    const first = implicit.subarray(8, 9)
    const proofOfMsChap = Buffer.concat([
      name,
      encodeAvp(11, 311, implicit.subarray(0, 8)),
      encodeAvp(1, 311, msChapValue(first)),
    ])
    const { asked, signIn } = scriptSignIn(accepted, accepted, {
      ...accepted,
      msChap: { version: 2, authenticatorResponse: `S=${'A'.repeat(40)}` },
    })
    expect((await say(signIn, all, proofOfChap)).kind).to.equal('done')
    expect((await say(signIn, all, proofOfMsChap)).kind).to.equal('done')
    expect((await say(signIn, all, msChapV2(challenge, identifier))).kind).to.equal('send')
    expect(asked.map(({ credential }) => credential)).to.deep.equal([
      {
        kind: 'chap',
        identifier: 0xb0,
        challenge: Uint8Array.from(challenge),
        response: new Uint8Array(16).fill(1),
      },
      {
        kind: 'ms-chap',
        version: 1,
        identifier: 0xa8,
        challenge: Uint8Array.from(implicit.subarray(0, 8)),
        peerChallenge: new Uint8Array(),
        ntResponse: new Uint8Array(24).fill(3),
        userName: 'alice',
      },
      {
        kind: 'ms-chap',
        version: 2,
        identifier: 0xb0,
        challenge: Uint8Array.from(challenge),
        peerChallenge: new Uint8Array(16).fill(2),
        ntResponse: new Uint8Array(24).fill(3),
        userName: 'alice',
      },
    ])
  })

  it('MS-CHAPv2: our proof, and the end when the peer has acknowledged it', async () => {
    const outcome: Accepted = {
      ...accepted,
      msChap: { version: 2, authenticatorResponse: `S=${'A'.repeat(40)}` },
    }
    const { signIn } = scriptSignIn(outcome, outcome, outcome)
    const proof = msChapV2(challenge, identifier)
    const step = await say(signIn, all, proof)
    const sent = encodeAvp(26, 311, Buffer.concat([identifier, Buffer.from(`S=${'A'.repeat(40)}`)]))
    expect(step.kind === 'send' && hex(step.plain)).to.equal(hex(sent))
    expect(await say(signIn, all, proof, nothing)).to.deep.equal({ kind: 'done', outcome })
    expect(why(await say(signIn, all, proof, proof))).to.equal('eap-malformed')
  })

  for (const [what, message] of [
    ['a challenge from elsewhere', msChapV2(Buffer.alloc(16, 9), identifier)],
    ['an identifier from elsewhere', msChapV2(challenge, bytes('01'))],
    ['half of the challenge', msChapV2(challenge.subarray(0, 8), identifier)],
    ['no challenge', Buffer.concat([name, encodeAvp(25, 311, msChapValue(identifier))])],
    [
      'a response cut short',
      Buffer.concat([name, encodeAvp(11, 311, challenge), encodeAvp(25, 311, identifier)]),
    ],
    [
      'CHAP with a challenge from elsewhere',
      Buffer.concat([name, encodeAvp(60, 0, Buffer.alloc(16)), chap(identifier)]),
    ],
    ['CHAP without a challenge', Buffer.concat([name, chap(identifier)])],
    ['a password without a name', password('wonderland')],
    ['a name without a password', name],
    [
      'an AVP that must be known and is not',
      Buffer.concat([name, password('x'), encodeAvp(999, 0, name)]),
    ],
    ['one of another vendor', Buffer.concat([name, password('x'), encodeAvp(1, 9, name)])],
    ['garbage', bytes('00 11 22 33 44 55 66 77 88 99')],
  ] as const) {
    it(`refuses ${what}, and asks no one`, async () => {
      const { asked, signIn } = scriptSignIn()
      expect(why(await say(signIn, all, message))).to.equal('eap-malformed')
      expect(asked).to.deep.equal([])
    })
  }

  it('ignores what need not be known', async () => {
    const optional = encodeAvp(999, 0, name)
    optional[4] = 0
    const { signIn } = scriptSignIn(accepted)
    const step = await say(signIn, all, Buffer.concat([optional, name, password('wonderland')]))
    expect(step.kind).to.equal('done')
  })

  it('refuses what is not allowed, and asks no one', async () => {
    const { asked, signIn } = scriptSignIn()
    const none: TtlsOptions = { proofs: [], methods: [] }
    const pap = Buffer.concat([name, password('wonderland')])
    expect(why(await say(signIn, none, pap))).to.equal('eap-no-method')
    expect(why(await say(signIn, none, eap('02 00 000a 01 616c696365')))).to.equal('eap-no-method')
    expect(asked).to.deep.equal([])
  })

  it('ends as the sign-in does: refused, unanswered, or asking where no one can answer', async () => {
    const pap = Buffer.concat([name, password('wonderland')])
    const { signIn } = scriptSignIn(denied, dropped, asks('code'))
    expect(await say(signIn, all, pap)).to.deep.equal({ kind: 'failed', outcome: denied })
    expect(await say(signIn, all, pap)).to.deep.equal({ kind: 'failed', outcome: dropped })
    expect(why(await say(signIn, all, pap))).to.equal('no-method-for-flow')
  })

  describe('with EAP inside', () => {
    const identity = eap('02 00 000a 01 616c696365')
    const typed = eap('02 01 0009 06 73616d65')

    it('GTC: the prompt, the password, the code, and in', async () => {
      const { asked, signIn } = scriptSignIn(asks('Code?'), accepted)
      const first = await say(signIn, all, identity)
      expect(first.kind === 'send' && hex(first.plain)).to.equal(
        hex(eap('01 01 000f 06 50617373776f72643a20')),
      )
      const code = eap('02 02 000b 06 313233343536')
      expect(await say(signIn, all, identity, typed, code)).to.deep.equal({
        kind: 'done',
        outcome: accepted,
      })
      expect(asked.map(({ userName, challenges }) => [userName, challenges])).to.deep.equal([
        ['alice', true],
        ['alice', true],
      ])
      expect(asked[1]?.state).to.deep.equal(Buffer.from('state of Code?'))
    })

    it('carries the moment of a refusal on', async () => {
      const { signIn } = scriptSignIn(denied)
      const step = await say(signIn, all, identity, typed)
      expect(step.kind === 'send' && step.notBeforeMs).to.equal(denied.notBeforeMs)
    })

    it('refuses an answer to another request, and a password in the middle', async () => {
      const { asked, signIn } = scriptSignIn()
      const other = eap('02 07 0009 06 73616d65')
      expect(why(await say(signIn, all, identity, other))).to.equal('eap-malformed')
      const pap = Buffer.concat([name, password('wonderland')])
      expect(why(await say(signIn, all, identity, pap))).to.equal('eap-malformed')
      expect(asked).to.deep.equal([])
    })
  })
})
