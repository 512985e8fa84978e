import { expect } from 'chai'
import { createMsChapV2 } from '../../src/eap/inner/mschapv2.ts'
import type { Accepted, InnerMethod, InnerSignIn } from '../../src/eap/method.ts'
import { checkMsChap, ntHash } from '../../src/mschap/index.ts'
import type { RejectReason } from '../../src/signin/index.ts'
import { Secret } from '../../src/support/index.ts'
import { accepted, asks, bytes, denied, dropped, hex, scriptSignIn } from './scripted-sign-in.ts'

/** RFC 2759 9.2. */
const challenge = bytes('5b5d7c7d7b3f2f3e3c2c602132262628')
const peerChallenge = '21402324255e262a28295f2b3a337c7e'
const ntResponse = '82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df'
const proof = 'S=407A5589115FD0D6209F510FE9C04566932CDA56'
const receiveKey = 'd5f0e9521e3ea9589645e86051c82226'
const sendKey = '8b7cdc149b993a1ba118cb153f56dccb'

const acceptedWithKeys: Accepted = {
  ...accepted,
  msChap: {
    version: 2,
    authenticatorResponse: proof,
    receiveKey: bytes(receiveKey),
    sendKey: bytes(sendKey),
  },
}

const start = (identity = 'User'): InnerMethod =>
  createMsChapV2({ serverName: 'holdfast', random: () => challenge }).create(identity)

function response(name = 'User', identifier = '01'): Uint8Array {
  const text = Buffer.from(name).toString('hex')
  const length = (54 + text.length / 2).toString(16).padStart(4, '0')
  return bytes(
    `02 ${identifier} ${length} 31 ${peerChallenge} ${'00'.repeat(8)} ${ntResponse} 00 ${text}`,
  )
}

const reasonOf = (step: Awaited<ReturnType<InnerMethod['receive']>>) =>
  step.kind === 'broken' ? step.reason : step.kind

describe('EAP-MSCHAPv2', () => {
  const answer = (method: InnerMethod, data: Uint8Array, signIn: InnerSignIn) =>
    method.receive({ id: 7, data }, signIn)

  it('challenges with 16 bytes that are fresh each time', () => {
    let drawn = 0
    const factory = createMsChapV2({
      serverName: 'holdfast',
      random(count) {
        drawn += 1
        return new Uint8Array(count).fill(drawn)
      },
    })
    const [first, second] = [factory.create('User').start(), factory.create('User').start()]
    expect(hex(first.subarray(5, 21))).to.equal('01'.repeat(16))
    expect(hex(second.subarray(5, 21))).to.equal('02'.repeat(16))
    expect(Buffer.from(first.subarray(21)).toString()).to.equal('holdfast')
  })

  it('gives the sign-in what the peer sent, and the peer the proof', async () => {
    const { asked, signIn } = scriptSignIn(acceptedWithKeys)
    const method = start('CORP\\User')
    method.start()
    const step = await answer(method, response(), signIn)
    expect(asked).to.deep.equal([
      {
        userName: 'CORP\\User',
        credential: {
          kind: 'ms-chap',
          version: 2,
          identifier: 1,
          challenge,
          peerChallenge: Uint8Array.from(bytes(peerChallenge)),
          ntResponse: Uint8Array.from(bytes(ntResponse)),
          userName: 'User',
        },
        challenges: false,
      },
    ])
    expect(step.kind === 'request' && Buffer.from(step.data.subarray(4)).toString()).to.equal(
      `${proof} M=OK`,
    )
    const end = await answer(method, bytes('03'), signIn)
    expect(end.kind === 'done' && hex(end.isk ?? bytes(''))).to.equal(`${receiveKey}${sendKey}`)
    expect(end.kind === 'done' && end.outcome).to.equal(acceptedWithKeys)
  })

  it('is checked by the arithmetic of MS-CHAPv2 as RFC 2759 9.2 has it', async () => {
    const method = start()
    method.start()
    const step = await answer(method, response(), async ({ credential }) => {
      if (credential.kind !== 'ms-chap') throw new Error(credential.kind)
      const msChap = checkMsChap(credential, ntHash(new Secret('clientPass')))
      return msChap === undefined ? denied : { ...accepted, msChap }
    })
    expect(step.kind === 'request' && Buffer.from(step.data).toString()).to.contain(proof)
  })

  it('takes the name of the response where the peer gave no identity', async () => {
    const { asked, signIn } = scriptSignIn(acceptedWithKeys)
    const method = start('')
    method.start()
    await answer(method, response('CORP\\User'), signIn)
    expect(asked.map(({ userName }) => userName)).to.deep.equal(['CORP\\User'])
  })

  it('makes no key where the sign-in has none', async () => {
    const { signIn } = scriptSignIn({
      ...accepted,
      msChap: { version: 2, authenticatorResponse: proof },
    })
    const method = start()
    await answer(method, response(), signIn)
    const end = await answer(method, bytes('03'), signIn)
    expect(end).to.deep.include({ kind: 'done' })
    expect(end).to.not.have.property('isk')
  })

  it('tells a refused peer why, no sooner than it may, and fails when that is acknowledged', async () => {
    const { signIn } = scriptSignIn(denied)
    const method = start()
    const step = await answer(method, response(), signIn)
    expect(step.kind === 'request' && Buffer.from(step.data.subarray(4)).toString()).to.equal(
      `E=691 R=0 C=${hex(challenge).toUpperCase()} V=3 M=Denied. Ref 7K2M`,
    )
    expect(step).to.include({ notBeforeMs: denied.notBeforeMs })
    const end = await answer(method, bytes('04'), signIn)
    expect(end).to.deep.equal({ kind: 'failed', outcome: denied })
  })

  it('gives no second try: another response after a refusal is the end', async () => {
    const { asked, signIn } = scriptSignIn(denied)
    const method = start()
    await answer(method, response(), signIn)
    const end = await answer(method, response(), signIn)
    expect(end).to.deep.equal({ kind: 'failed', outcome: denied })
    expect(asked).to.have.length(1)
  })

  for (const [reason, code] of [
    ['password-wrong', 691],
    ['user-unknown', 691],
    ['denied', 691],
    ['account-disabled', 647],
    ['account-expired', 647],
    ['account-restricted', 646],
  ] as const satisfies readonly (readonly [RejectReason, number])[]) {
    it(`says E=${code} for ${reason}`, async () => {
      const { signIn } = scriptSignIn({ ...denied, reason })
      const step = await answer(start(), response(), signIn)
      expect(step.kind === 'request' && Buffer.from(step.data).toString()).to.contain(
        `E=${code} R=0`,
      )
    })
  }

  it('leaves unanswered what the sign-in leaves unanswered', async () => {
    const { signIn } = scriptSignIn(dropped)
    const end = await answer(start(), response(), signIn)
    expect(end).to.deep.equal({ kind: 'failed', outcome: dropped })
  })

  for (const [what, identity, name] of [
    ['the same name', 'alice', 'alice'],
    ['another case', 'Alice', 'aLICE'],
    ['a domain in one place', 'CORP\\alice', 'alice'],
    ['a domain in the other', 'alice', 'CORP\\alice'],
    ['a realm in both', 'alice@corp.example', 'alice@corp.example'],
  ] as const) {
    it(`takes ${what}`, async () => {
      const { asked, signIn } = scriptSignIn(acceptedWithKeys)
      const step = await answer(start(identity), response(name), signIn)
      expect(step.kind).to.equal('request')
      expect(asked[0]).to.include({ userName: identity })
    })
  }

  it('refuses the password of another, before anyone checks it', async () => {
    const { asked, signIn } = scriptSignIn()
    const step = await answer(start('alice'), response('bob'), signIn)
    expect(reasonOf(step)).to.equal('eap-name-differs')
    expect(asked).to.have.length(0)
  })

  it('fails where the peer does not believe the proof', async () => {
    const { signIn } = scriptSignIn(acceptedWithKeys)
    const method = start()
    await answer(method, response(), signIn)
    expect(reasonOf(await answer(method, bytes('04'), signIn))).to.equal('eap-peer-gave-up')
  })

  it('fails where an Accept has nothing to prove with', async () => {
    const { signIn } = scriptSignIn(accepted)
    expect(reasonOf(await answer(start(), response(), signIn))).to.equal('credential-not-checkable')
  })

  it('cannot ask for a code', async () => {
    const { signIn } = scriptSignIn(asks('Code?'))
    expect(reasonOf(await answer(start(), response(), signIn))).to.equal('no-method-for-flow')
  })

  for (const [what, data] of [
    ['nothing', bytes('')],
    ['success before there is any', bytes('03')],
    ['failure before there is any', bytes('04')],
    ['garbage', bytes('ffffffffffff')],
    ['a response to another challenge', response('User', '02')],
    ['a new password', bytes('07 01 024a')],
  ] as const) {
    it(`refuses ${what}, without asking anyone`, async () => {
      const { asked, signIn } = scriptSignIn()
      expect(reasonOf(await answer(start(), data, signIn))).to.equal('eap-malformed')
      expect(asked).to.have.length(0)
    })
  }

  for (const [what, data] of [
    ['nothing', bytes('')],
    ['the response again', response()],
    ['garbage', bytes('ff')],
  ] as const) {
    it(`lets no one in who answers the proof with ${what}`, async () => {
      const { signIn } = scriptSignIn(acceptedWithKeys)
      const method = start()
      await answer(method, response(), signIn)
      expect(reasonOf(await answer(method, data, signIn))).to.equal('eap-malformed')
    })
  }
})
