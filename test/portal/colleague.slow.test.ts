import { expect } from 'chai'
import type { ChangeRequest } from '../../src/web/people/contract.ts'
import { countCodes, nextCode } from './codes.ts'
import type { PortalBrowser } from './portal-browser.ts'
import {
  answerByText,
  confirmAsBob,
  type PortalService,
  signInBob,
  startPortal,
} from './portal-service.ts'

// The session is open, the person is at lunch, and the phone is in the person's pocket (PEOPLE R6).
describe('a colleague at an unlocked laptop', function () {
  this.timeout(120_000)
  let portal: PortalService
  let laptop: PortalBrowser
  let own = ''
  let unchanged: unknown

  const state = async () => {
    const { authenticators, language } = await laptop.me()
    const known = authenticators.map(({ lastUsedMs, ...rest }) => rest)
    return { known, language, sessions: (await laptop.sessions()).length }
  }

  before(async () => {
    portal = await startPortal()
    laptop = portal.open()
    await signInBob(portal, laptop)
    own = (await laptop.me()).authenticators[0]?.id ?? ''
    unchanged = await state()
  })
  after(() => portal?.stop())

  const changes: () => readonly ChangeRequest[] = () => [
    { change: 'add', setup: 'app' },
    { change: 'add', setup: 'sms', phone: '+31612345699' },
    { change: 'add', setup: 'recovery' },
    { change: 'rename', id: own, label: 'mine' },
    { change: 'remove', id: own },
    { change: 'default', method: 'sms' },
    { change: 'phone', id: own, backupPhone: '+31612345699' },
    { change: 'password', current: 'builder', chosen: 'anything at all' },
    { change: 'not-me', signIn: '1' },
    { change: 'ask-again', pause: 'any' },
    { change: 'erase' },
  ]

  it('gets no further than the question for a fresh factor, whatever the change', async () => {
    for (const change of changes()) {
      const sent = await countCodes(portal.phone, 'bob')
      const step = await laptop.confirm(change)
      expect(step.step, change.change).to.be.oneOf(['question', 'refused'])
      for (const guess of step.step === 'question' ? ['000000', 'yes'] : [])
        expect(await laptop.confirmAnswer(guess))
          .to.have.property('step')
          .not.equal('done')
      // Guesses lock; here each change is tried by a colleague who has not guessed yet.
      await portal.administer('user.unlock', { name: 'bob' })
      expect(await countCodes(portal.phone, 'bob')).to.be.at.most(sent + 1)
      expect(await state(), change.change).to.deep.equal(unchanged)
    }
  })

  it('cannot use the code of the sign-in again, or that of another change', async () => {
    const signInCode = (await portal.phone.list()).findLast(({ code }) => code !== undefined)?.code
    const sent = await countCodes(portal.phone, 'bob')
    await laptop.confirm({ change: 'rename', id: own, label: 'mine' })
    expect(await laptop.confirmAnswer(signInCode ?? '')).to.not.have.property('step', 'done')
    const code = await nextCode(portal.phone, 'bob', sent)
    await laptop.confirm({ change: 'remove', id: own })
    expect(await laptop.confirmAnswer(code)).to.not.have.property('step', 'done')
    expect(await state()).to.deep.equal(unchanged)
  })

  it('cannot set anything up as if this were a first enrolment', async () => {
    for (const setup of ['app', 'sms', 'recovery']) {
      const answer = await laptop.refused('POST', 'setup/begin', {
        setup: { setup, phone: '+31612345699' },
      })
      const { step } = answer.body as { step?: string }
      expect(answer.status >= 400 || step === 'refused', JSON.stringify(answer.body)).to.equal(true)
    }
    const proven = await laptop.refused('POST', 'setup/prove', { codes: ['000000'] })
    expect(JSON.stringify(proven.body)).to.not.include('"done"')
    expect(await state()).to.deep.equal(unchanged)
  })

  it('changes nothing with GET', async () => {
    for (const path of ['confirm', 'confirm/answer', 'setup/begin', 'sessions/end', 'sign-out']) {
      expect((await laptop.refused('GET', path)).status, path).to.be.oneOf([404, 405])
    }
    expect(await state()).to.deep.equal(unchanged)
  })

  it('finds nothing that bob’s phone would not have allowed: bob himself makes the change', async () => {
    const done = await confirmAsBob(portal, laptop, {
      change: 'rename',
      id: own,
      label: 'My phone',
    })
    expect(done).to.deep.equal({ step: 'done', result: { kind: 'changed' } })
    expect((await laptop.me()).authenticators[0]?.label).to.equal('My phone')
  })

  it('takes the answer to a change once', async () => {
    const sent = await countCodes(portal.phone, 'bob')
    const step = await laptop.confirm({ change: 'rename', id: own, label: 'Second' })
    const asked = await answerByText(portal, step, laptop.confirmAnswer, sent)
    expect(asked).to.have.property('step', 'done')
    const code = await nextCode(portal.phone, 'bob', sent)
    const again = await laptop.refused('POST', 'confirm/answer', { answer: code })
    expect(JSON.stringify(again.body)).to.not.include('"done"')
  })
})
