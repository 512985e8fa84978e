import { expect } from 'chai'
import { createGtc } from '../../src/eap/inner/gtc.ts'
import { createMd5 } from '../../src/eap/inner/md5.ts'
import { accepted, asks, bytes, denied, dropped, hex, scriptSignIn } from './scripted-sign-in.ts'

describe('EAP-GTC', () => {
  const start = () => createGtc('Password: ').create('alice')
  const text = (answer: string) => ({ id: 5, data: Buffer.from(answer) })

  it('asks for the password and lets in', async () => {
    const { asked, signIn } = scriptSignIn(accepted)
    const method = start()
    expect(Buffer.from(method.start()).toString()).to.equal('Password: ')
    expect(await method.receive(text('Grüße'), signIn)).to.deep.equal({
      kind: 'done',
      outcome: accepted,
    })
    const [attempt] = asked
    expect(attempt).to.include({ userName: 'alice', challenges: true, state: undefined })
    expect(attempt?.credential.kind === 'pap' && attempt.credential.password.reveal()).to.equal(
      'Grüße',
    )
  })

  it('asks on as often as the sign-in does, each time with the State of its question', async () => {
    const questions = [asks('Code?'), asks('Wrong, again?')]
    const { asked, signIn } = scriptSignIn(...questions, accepted)
    const method = start()
    method.start()
    for (const [index, typed] of ['secret', '111111', '222222'].entries()) {
      const step = await method.receive(text(typed), signIn)
      const question = questions[index]
      expect(step.kind).to.equal(question === undefined ? 'done' : 'request')
      if (step.kind === 'request') {
        expect(Buffer.from(step.data).toString()).to.equal(question?.message)
      }
    }
    expect(asked.map(({ state }) => state)).to.deep.equal([
      undefined,
      ...questions.map(({ state }) => state),
    ])
  })

  it('takes an empty answer for Enter', async () => {
    const { asked, signIn } = scriptSignIn(asks('Approve, then press Enter'), accepted)
    const method = start()
    await method.receive(text('secret'), signIn)
    await method.receive(text(''), signIn)
    const last = asked[1]?.credential
    expect(last?.kind === 'pap' && last.password.isEmpty && last.wellFormed).to.equal(true)
  })

  it('shows why a person is refused, no sooner than it may; what is typed then counts for nothing', async () => {
    const { asked, signIn } = scriptSignIn(denied)
    const method = start()
    const step = await method.receive(text('wrong'), signIn)
    expect(step.kind === 'request' && Buffer.from(step.data).toString()).to.equal(
      'Denied. Ref 7K2M',
    )
    expect(step).to.include({ notBeforeMs: denied.notBeforeMs })
    expect(await method.receive(text('right'), signIn)).to.deep.equal({
      kind: 'failed',
      outcome: denied,
    })
    expect(asked).to.have.length(1)
  })

  it('leaves unanswered what the sign-in leaves unanswered', async () => {
    const { signIn } = scriptSignIn(dropped)
    expect(await start().receive(text('x'), signIn)).to.deep.equal({
      kind: 'failed',
      outcome: dropped,
    })
  })

  for (const [what, data] of [
    ['bytes that are no text', bytes('ff fe 61')],
    ['control characters', bytes('61 00 62')],
  ] as const) {
    it(`tells the sign-in that ${what} are not a password`, async () => {
      const { asked, signIn } = scriptSignIn(denied)
      await start().receive({ id: 5, data }, signIn)
      expect(asked[0]?.credential).to.include({ kind: 'pap', wellFormed: false })
    })
  }
})

describe('EAP-MD5', () => {
  const challenge = bytes('000102030405060708090a0b0c0d0e0f')
  const start = () => createMd5('holdfast', () => challenge).create('alice')
  /** MD5 over identifier 3, "hello" and the challenge. */
  const value = '47194f30089901c49b628c95b15a139b'

  it('challenges', () => {
    const data = start().start()
    expect(hex(data.subarray(0, 17))).to.equal(`10${hex(challenge)}`)
    expect(Buffer.from(data.subarray(17)).toString()).to.equal('holdfast')
  })

  for (const [what, name] of [
    ['without a name', ''],
    ['with one', '616c696365'],
  ] as const) {
    it(`gives the sign-in a CHAP response ${what}, and makes no keys`, async () => {
      const { asked, signIn } = scriptSignIn(accepted)
      const step = await start().receive({ id: 3, data: bytes(`10${value}${name}`) }, signIn)
      expect(step).to.deep.equal({ kind: 'done', outcome: accepted })
      expect(asked[0]?.credential).to.deep.equal({
        kind: 'chap',
        identifier: 3,
        response: Uint8Array.from(bytes(value)),
        challenge,
      })
    })
  }

  it('refuses at once, and cannot ask for a code', async () => {
    const data = bytes(`10${value}`)
    const refused = await start().receive({ id: 3, data }, scriptSignIn(denied).signIn)
    expect(refused).to.deep.equal({ kind: 'failed', outcome: denied })
    const asking = await start().receive({ id: 3, data }, scriptSignIn(asks('Code?')).signIn)
    expect(asking.kind === 'broken' && asking.reason).to.equal('no-method-for-flow')
  })

  for (const [what, data] of [
    ['nothing', ''],
    ['another size', `11${value}00`],
    ['fewer bytes than it says', `10${value.slice(2)}`],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { asked, signIn } = scriptSignIn()
      const step = await start().receive({ id: 3, data: bytes(data) }, signIn)
      expect(step.kind === 'broken' && step.reason).to.equal('eap-malformed')
      expect(asked).to.have.length(0)
    })
  }
})
