import { expect } from 'chai'
import { createGtc } from '../../../src/eap/inner/gtc.ts'
import { createMsChapV2 } from '../../../src/eap/inner/mschapv2.ts'
import type {
  Accepted,
  InnerSignIn,
  Tunnel,
  TunnelMethod,
  TunnelStep,
} from '../../../src/eap/method.ts'
import {
  bindingMac,
  compoundKeysOfResumed,
  deriveBoundMsk,
  deriveCompoundKeys,
} from '../../../src/eap/peap/keys.ts'
import { createPeap, type PeapOptions } from '../../../src/eap/peap/peap.ts'
import { accepted, asks, bytes, denied, dropped, hex, scriptSignIn } from '../scripted-sign-in.ts'

const random = (count: number) => new Uint8Array(count).fill(7)
const keyMaterial = Buffer.from(Array.from({ length: 128 }, (_, index) => index))

const tunnel: Tunnel = {
  outerIdentity: 'anonymous',
  protocol: 'TLSv1.2',
  isResumed: false,
  earlier: undefined,
  keyMaterial,
  exportKey: () => Buffer.alloc(0),
  peerCertificate: undefined,
  verifyError: undefined,
}

const receiveKey = new Uint8Array(16).fill(1)
const sendKey = new Uint8Array(16).fill(2)
const acceptedWithKeys: Accepted = {
  ...accepted,
  msChap: { version: 2, authenticatorResponse: `S=${'A'.repeat(40)}`, receiveKey, sendKey },
}
const acceptedUpstream: Accepted = {
  ...accepted,
  msChap: { version: 2, authenticatorResponse: `S=${'A'.repeat(40)}` },
}

const success = '800300020001'
const failure = '800300020002'
const lastWord = (tlvs: string) => bytes(`0209 ${hexLength(tlvs)} 21 ${tlvs}`)
const hexLength = (tlvs: string) => (5 + tlvs.length / 2).toString(16).padStart(4, '0')

/** The response of alice to any challenge; no one checks it here. */
const response = bytes(
  `1a 02 01 003b 31 ${'11'.repeat(16)} ${'00'.repeat(8)} ${'22'.repeat(24)} 00 616c696365`,
)
const acknowledged = bytes('1a 03')
const identity = bytes('01 616c696365')

function create(change: Partial<PeapOptions> = {}, over: Partial<Tunnel> = {}): TunnelMethod {
  const options: PeapOptions = {
    methods: [createMsChapV2({ serverName: 'holdfast', random }), createGtc('Password: ')],
    cryptoBinding: 'offered',
    random,
    ...change,
  }
  return createPeap(options).create({ ...tunnel, ...over })
}

/** Lets a peer say these, one after the other, and gives what the last one came to. */
async function say(
  peap: TunnelMethod,
  signIn: InnerSignIn,
  ...payloads: readonly Uint8Array[]
): Promise<TunnelStep> {
  const round = { id: 8, nextId: 9, signIn }
  let step = await peap.established(new Uint8Array(), round)
  for (const payload of payloads) step = await peap.receive(payload, round)
  return step
}

const sent = (step: TunnelStep) => (step.kind === 'send' ? hex(step.plain) : step.kind)
const why = (step: TunnelStep) => {
  if (step.kind === 'broken') return step.reason
  return step.kind === 'failed' ? step.outcome.reason : step.kind
}

describe('PEAP', () => {
  const { signIn: nobody } = scriptSignIn()
  const yes = () => scriptSignIn(acceptedWithKeys).signIn

  /** What a peer answers to a request for a binding, with its own keys. */
  function bind(step: TunnelStep, innerKey: Uint8Array): string {
    if (step.kind !== 'send') throw new Error(step.kind)
    const keys = deriveCompoundKeys(keyMaterial, innerKey)
    const tlv = Uint8Array.from(step.plain.subarray(11))
    tlv[7] = 1
    tlv.fill(0, 40)
    tlv.set(bindingMac(keys, tlv), 40)
    return hex(tlv)
  }
  const innerKey = Buffer.concat([receiveKey, sendKey])

  it('asks who it is, then for a response', async () => {
    expect(sent(await say(create(), nobody))).to.equal('01')
    expect(sent(await say(create(), nobody, identity))).to.match(/^1a0101/)
  })

  it('asks again where a peer acknowledges first, once', async () => {
    const nothing = new Uint8Array()
    expect(sent(await say(create(), nobody, nothing))).to.equal('01')
    expect(sent(await say(create(), nobody, nothing, identity))).to.match(/^1a0101/)
    expect(why(await say(create(), nobody, nothing, nothing))).to.equal('eap-malformed')
    expect(why(await say(create(), nobody, identity, nothing))).to.equal('eap-malformed')
  })

  it('runs MSCHAPv2 to the last word of both sides, and binds it to the tunnel', async () => {
    const peap = create()
    const { asked, signIn } = scriptSignIn(acceptedWithKeys)
    const result = await say(peap, signIn, identity, response, acknowledged)
    expect(sent(result).slice(0, 38)).to.equal(`0109004721${success}000c003800000000`)
    expect(asked[0]).to.include({ userName: 'alice', challenges: false })
    const round = { id: 9, nextId: 10, signIn }
    const end = await peap.receive(lastWord(success + bind(result, innerKey)), round)
    const msk = deriveBoundMsk(deriveCompoundKeys(keyMaterial, innerKey))
    expect(end).to.deep.equal({ kind: 'done', outcome: acceptedWithKeys, msk })
  })

  it('lets in who does not bind, with the keys of the tunnel, where it is only offered', async () => {
    const end = await say(create(), yes(), identity, response, acknowledged, lastWord(success))
    expect(end).to.deep.equal({ kind: 'done', outcome: acceptedWithKeys })
  })

  it('takes the last word without a header as well', async () => {
    const bare = bytes(`21${success}`)
    const end = await say(create(), yes(), identity, response, acknowledged, bare)
    expect(end.kind).to.equal('done')
  })

  it('refuses who does not bind, where it is required', async () => {
    const peap = create({ cryptoBinding: 'required' })
    const end = await say(peap, yes(), identity, response, acknowledged, lastWord(success))
    expect(why(end)).to.equal('eap-binding-missing')
  })

  it('tells the sign-in where no one gets in unbound', async () => {
    for (const [cryptoBinding, isToBind] of [
      ['offered', false],
      ['required', true],
    ] as const) {
      const { asked, signIn } = scriptSignIn(acceptedWithKeys)
      await say(create({ cryptoBinding }), signIn, identity, response)
      expect(asked[0]?.bound !== undefined).to.equal(isToBind)
    }
  })

  const ends: Readonly<Record<string, [boolean, (result: TunnelStep) => string]>> = {
    'who binds': [true, (result) => success + bind(result, innerKey)],
    'who binds with other keys': [false, (result) => success + bind(result, Buffer.alloc(32, 9))],
    'who does not bind': [false, () => success],
    'who says that it failed': [false, (result) => failure + bind(result, innerKey)],
  }
  for (const [who, [isTheirs, tlvs]] of Object.entries(ends)) {
    it(`says ${isTheirs ? 'at the end' : 'never'} that the tunnel is theirs: ${who}`, async () => {
      const peap = create({ cryptoBinding: 'required' })
      const { asked, signIn } = scriptSignIn(acceptedWithKeys)
      const result = await say(peap, signIn, identity, response, acknowledged)
      let isBound = false
      void asked[0]?.bound?.then(() => {
        isBound = true
      })
      await new Promise(setImmediate)
      expect(isBound, 'before').to.equal(false)
      await peap.receive(lastWord(tlvs(result)), { id: 9, nextId: 10, signIn })
      await new Promise(setImmediate)
      expect(isBound).to.equal(isTheirs)
    })
  }

  for (const cryptoBinding of ['offered', 'required'] as const) {
    it(`refuses who binds with other keys, where it is ${cryptoBinding}: someone relays`, async () => {
      const peap = create({ cryptoBinding })
      const result = await say(peap, yes(), identity, response, acknowledged)
      const relayed = bind(result, new Uint8Array(32).fill(9))
      const end = await peap.receive(lastWord(success + relayed), {
        id: 9,
        nextId: 10,
        signIn: nobody,
      })
      expect(why(end)).to.equal('eap-binding-wrong')
    })
  }

  it('offers no binding where an upstream server keeps the keys; required, that is the end', async () => {
    for (const cryptoBinding of ['offered', 'required'] as const) {
      const { signIn } = scriptSignIn(acceptedUpstream)
      const peap = create({ cryptoBinding })
      const result = await say(peap, signIn, identity, response, acknowledged)
      expect(sent(result)).to.equal(`0109000b21${success}`)
      const end = await peap.receive(lastWord(success), { id: 9, nextId: 10, signIn })
      expect(why(end)).to.equal(cryptoBinding === 'offered' ? 'done' : 'eap-binding-missing')
    }
  })

  it('asks for password and code by GTC, which the peer wants, and binds it without keys of its own', async () => {
    const peap = create()
    const { asked, signIn } = scriptSignIn(asks('Code?'), accepted)
    const prompt = await say(peap, signIn, identity, bytes('03 06'))
    expect(prompt.kind === 'send' && Buffer.from(prompt.plain.subarray(1)).toString()).to.equal(
      'Password: ',
    )
    const round = { id: 9, nextId: 10, signIn }
    const second = await peap.receive(bytes('06 736563726574'), round)
    expect(second.kind === 'send' && Buffer.from(second.plain.subarray(1)).toString()).to.equal(
      'Code?',
    )
    const result = await peap.receive(bytes('06 313233343536'), round)
    expect(asked).to.have.length(2)
    const end = await peap.receive(lastWord(success + bind(result, new Uint8Array())), round)
    expect(end.kind === 'done' && end.msk?.length).to.equal(64)
  })

  it('takes the first method of the peer’s list that is allowed', async () => {
    const step = await say(create(), nobody, identity, bytes('03 0d 15 06 1a'))
    expect(sent(step)).to.match(/^06/)
  })

  for (const [what, list] of [
    ['nothing', ''],
    ['no method at all', '00'],
    ['methods that are not allowed', '0d 04 2b'],
    ['only the method that it has just declined', '1a'],
  ] as const) {
    it(`refuses a peer that wants ${what}`, async () => {
      const peap = create()
      const step = await say(peap, nobody, identity, bytes(`03 ${list}`))
      expect(sent(step)).to.equal(`0109000b21${failure}`)
      const end = await peap.receive(lastWord(failure), { id: 9, nextId: 10, signIn: nobody })
      expect(why(end)).to.equal('eap-no-method')
    })
  }

  it('gets no second NAK, and none in the middle of a method', async () => {
    const twice = await say(create(), nobody, identity, bytes('03 06'), bytes('03 1a'))
    expect(sent(twice)).to.equal(`0109000b21${failure}`)
    const late = await say(create(), yes(), identity, response, bytes('03 06'))
    expect(sent(late)).to.equal(`0109000b21${failure}`)
  })

  it('tells a refused peer why and how it ends, the first no sooner than it may', async () => {
    const peap = create()
    const { signIn } = scriptSignIn(denied)
    const round = { id: 8, nextId: 9, signIn }
    const told = await say(peap, signIn, identity, response)
    expect(told).to.include({ kind: 'send', notBeforeMs: denied.notBeforeMs })
    expect(sent(await peap.receive(bytes('1a 04'), round))).to.equal(`0109000b21${failure}`)
    for (const word of [lastWord(failure), lastWord(success), bytes('ff')]) {
      expect(await peap.receive(word, round)).to.deep.equal({ kind: 'failed', outcome: denied })
    }
  })

  it('leaves unanswered what the sign-in leaves unanswered', async () => {
    const { signIn } = scriptSignIn(dropped)
    const end = await say(create(), signIn, identity, response)
    expect(end).to.deep.equal({ kind: 'failed', outcome: dropped })
  })

  it('lets no one in who says that it failed, or says nothing about use', async () => {
    for (const [word, reason] of [
      [lastWord(failure), 'eap-peer-gave-up'],
      [lastWord(`${success}${failure}`), 'eap-malformed'],
      [bytes('1a 03'), 'eap-malformed'],
      [new Uint8Array(), 'eap-malformed'],
    ] as const) {
      const end = await say(create(), yes(), identity, response, acknowledged, word)
      expect(why(end)).to.equal(reason)
    }
  })

  it('does not take the last word of a peer for a proof', async () => {
    const step = await say(create(), nobody, identity, lastWord(success))
    expect(sent(step)).to.equal(`0109000b21${failure}`)
    const early = await say(create(), nobody, lastWord(success))
    expect(why(early)).to.equal('eap-malformed')
  })

  it('refuses an identity that is longer than any name', async () => {
    const step = await say(create(), nobody, bytes(`01 ${'61'.repeat(254)}`))
    expect(sent(step)).to.equal(`0109000b21${failure}`)
  })

  for (const [what, payload] of [
    ['of zero bytes', '01'],
    ['of a NUL alone', '01 00'],
  ] as const) {
    it(`goes on with an identity ${what}, to the name that the response proves`, async () => {
      const { asked, signIn } = scriptSignIn(acceptedWithKeys)
      await say(create(), signIn, bytes(payload), response)
      expect(asked.map(({ userName }) => userName)).to.deep.equal(['alice'])
    })
  }

  it('goes on with an identity that is not UTF-8, and lets the sign-in judge', async () => {
    const { asked, signIn } = scriptSignIn(denied)
    await say(
      create({ methods: [createGtc('Password: ')] }),
      signIn,
      bytes('01 ff'),
      bytes('06 61'),
    )
    expect(asked.map(({ userName }) => userName)).to.deep.equal(['\ufffd'])
  })

  it('cuts the NUL off an identity', async () => {
    const { asked, signIn } = scriptSignIn(acceptedWithKeys)
    await say(create(), signIn, bytes('01 616c69636500'), response)
    expect(asked[0]?.userName).to.equal('alice')
  })

  it('refuses a resumed session that is unknown', async () => {
    const peap = create({}, { isResumed: true })
    expect(sent(await say(peap, nobody))).to.equal(`0109000b21${failure}`)
    const end = await peap.receive(lastWord(success), { id: 9, nextId: 10, signIn: nobody })
    expect(why(end)).to.equal('eap-malformed')
  })

  describe('resumed', () => {
    const earlier = {
      userName: 'CORP\\alice',
      proof: 'ms-chap',
      provenAtMs: 1_750_000_000_000,
    } as const

    it('asks the sign-in with what was proven then, and goes straight to the last word', async () => {
      const { asked, signIn } = scriptSignIn(accepted)
      const peap = create({ cryptoBinding: 'required' }, { isResumed: true, earlier })
      const result = await say(peap, signIn)
      expect(asked).to.have.length(1)
      expect(asked[0]).to.deep.include({
        userName: 'CORP\\alice',
        credential: { kind: 'resumed', proof: 'ms-chap', provenAtMs: earlier.provenAtMs },
        challenges: false,
      })
      expect(sent(result).slice(0, 22)).to.equal(`0109004721${success}`)
      const keys = compoundKeysOfResumed(keyMaterial)
      const tlv = Uint8Array.from(result.kind === 'send' ? result.plain.subarray(11) : [])
      tlv[7] = 1
      tlv.fill(0, 40)
      tlv.set(bindingMac(keys, tlv), 40)
      const end = await peap.receive(lastWord(success + hex(tlv)), {
        id: 9,
        nextId: 10,
        signIn: nobody,
      })
      expect(end).to.deep.equal({ kind: 'done', outcome: accepted, msk: deriveBoundMsk(keys) })
    })

    for (const [outcome, reason] of [
      [denied, 'password-wrong'],
      [asks('Code?'), 'no-method-for-flow'],
    ] as const) {
      it(`lets no one in whom the sign-in refuses: ${outcome.kind}`, async () => {
        const peap = create({}, { isResumed: true, earlier })
        const { signIn } = scriptSignIn(outcome)
        expect(sent(await say(peap, signIn))).to.equal(`0109000b21${failure}`)
        const end = await peap.receive(lastWord(success), { id: 9, nextId: 10, signIn: nobody })
        expect(why(end)).to.equal(reason)
      })
    }
  })
})
