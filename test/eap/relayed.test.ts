import { expect } from 'chai'
import { encodeRequest } from '../../src/eap/packet.ts'
import type { Credential, Outcome } from '../../src/signin/index.ts'
import { challengeOf, createEapHarness, identity, response } from './eap-harness.ts'
import { accepted, asks, bytes, denied, dropped, hex } from './scripted-sign-in.ts'

const msChapV2 = 26
const passedOn = { isPassedOn: true, methods: [], packetSize: 1_020 } as const
const question = encodeRequest(2, msChapV2, bytes('01 02 03'))
const keys = { receive: bytes('aa'.repeat(16)), send: bytes('bb'.repeat(16)) }

/** The server asks on. */
function goesOn(state: string, eap: Uint8Array = question): Outcome {
  return {
    ...{ kind: 'challenge', reason: 'challenged', message: '', echo: false, timeoutSeconds: 60 },
    state: Buffer.from(state),
    eap,
  }
}

const messageOf = (credential: Credential | undefined) =>
  credential?.kind === 'eap' ? hex(credential.message) : credential?.kind

describe('EAP that an upstream server carries on', () => {
  const create = () => createEapHarness({ gateway: () => passedOn })

  it('goes packet by packet to the sign-in, as it came, with the State of the round before', async () => {
    const { ask, attempts, settle } = create()
    const started = ask({ message: identity('alice'), userName: 'alice' })
    await settle(goesOn('one'))
    const first = challengeOf(await started)
    expect(hex(first.packet)).to.equal(hex(question))

    const answer = response(2, msChapV2, bytes('02 02 00'))
    const more = { userName: 'alice', state: first.state }
    const answered = ask({ message: answer, ...more })
    while (attempts.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const [attempt] = attempts
    expect(messageOf(attempt?.credential)).to.equal(hex(answer))
    expect(attempt?.userName).to.equal('alice')
    expect(String(attempt?.state)).to.equal('one')
    expect(attempt?.gateway.challenges, 'nobody could answer a question of ours').to.equal(false)
    await settle({ ...accepted, keys })
    expect(await answered).to.deep.include({ kind: 'accept', keys, packet: bytes('03 02 00 04') })
  })

  it('leaves out what follows the end of a packet: two could read it in two ways', async () => {
    const { ask, attempts } = create()
    const message = Buffer.concat([identity('alice'), Buffer.from('@corp.example')])
    void ask({ message, userName: 'alice' })
    while (attempts.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(messageOf(attempts[0]?.credential)).to.equal(hex(identity('alice')))
  })

  it('asks who it is after EAP-Start, and tells the server then', async () => {
    const { ask, attempts, settle } = create()
    const first = challengeOf(await ask({ message: bytes(''), userName: 'alice' }))
    expect(hex(first.packet)).to.equal('0100000501')
    const message = identity('alice', 0)
    const started = ask({ message, userName: 'alice', state: first.state })
    while (attempts.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(messageOf(attempts[0]?.credential)).to.equal(hex(message))
    await settle(denied)
    expect(await started).to.deep.include({ kind: 'reject', packet: bytes('04 00 00 04') })
  })

  it('ends as the sign-in does, with a Failure, when it may', async () => {
    for (const outcome of [denied, dropped]) {
      const { ask, settle } = create()
      const answered = ask({ message: identity('alice', 7), userName: 'alice' })
      await settle(outcome)
      const answer = await answered
      expect(answer).to.include({ kind: outcome.kind, reason: outcome.reason })
      if (answer.kind === 'reject') {
        expect(hex(answer.packet)).to.equal('04070004')
        expect(answer.notBeforeMs).to.equal(denied.notBeforeMs)
      }
    }
  })

  it('tells no one else when the same packet comes twice', async () => {
    const { ask, attempts, settle } = create()
    const message = identity('alice')
    const started = ask({ message, userName: 'alice' })
    await settle(goesOn('one'))
    const { state } = challengeOf(await started)
    const again = { message: response(2, msChapV2, bytes('02')), userName: 'alice', state }
    const both = [ask(again), ask(again)]
    await settle(goesOn('two', encodeRequest(3, msChapV2, bytes('03'))))
    const answers = (await Promise.all(both)).map((answer) => hex(challengeOf(answer).packet))
    expect(new Set(answers).size).to.equal(1)
    const late = challengeOf(await ask(again))
    expect(hex(late.packet), 'heard before').to.equal(answers[0])
    expect(attempts).to.have.lengthOf(0)
  })

  for (const [what, message] of [
    ['a Request', encodeRequest(2, msChapV2, bytes('01'))],
    ['too little', bytes('02 02')],
    ['a Length beyond the end', bytes('02 02 00 ff 1a 01')],
  ] as const) {
    it(`ends with ${what}, and the server learns nothing about it`, async () => {
      const { ask, attempts, refused, settle } = create()
      const started = ask({ message: identity('alice'), userName: 'alice' })
      await settle(goesOn('one'))
      const { state } = challengeOf(await started)
      const answer = await ask({ message, userName: 'alice', state })
      expect(answer.kind).to.equal('reject')
      expect(refused).to.deep.equal(['eap-malformed: no response'])
      expect(attempts).to.have.lengthOf(0)
    })
  }

  it('cannot be asked a question of ours', async () => {
    const { ask, settle } = create()
    const started = ask({ message: identity('alice'), userName: 'alice' })
    await settle(asks('Your code?'))
    expect(await started).to.include({ kind: 'drop' })
  })
})
