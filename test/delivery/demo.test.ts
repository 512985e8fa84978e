import { expect } from 'chai'
import { createDemoPhone } from '../../src/delivery/index.ts'
import { createCallMethod } from '../../src/methods/index.ts'
import { createTexts } from '../../src/texts/index.ts'
import { phone as authenticator, promptBy, promptRequest } from '../methods/prompt-request.ts'
import { createManualClock } from '../support/manual-clock.ts'

const texts = createTexts({ defaultLanguage: 'en' })

function demo() {
  const clock = createManualClock(1_700_000_000_000)
  const lines: string[] = []
  const phone = createDemoPhone({ clock, print: (line) => lines.push(line) })
  const method = createCallMethod({ calls: phone, texts, clock, backup: true })
  const providerIds: string[] = []
  const hooks = {
    onProviderId: (id: string) => void providerIds.push(id),
    closingText: () => 'call-approved' as const,
  }
  const cancel = new AbortController()
  const ring = (pin?: string, backupPhone?: string) => {
    const own = {
      ...authenticator,
      ...(pin === undefined ? {} : { pin }),
      ...(backupPhone === undefined ? {} : { backupPhone }),
    }
    const request = promptRequest(clock.nowMs(), { authenticator: own })
    return promptBy(method, request, hooks, cancel.signal)
  }
  const newest = () => {
    const [message] = phone.list()
    if (message === undefined) throw new Error('nothing arrived')
    return message
  }
  return { clock, lines, phone, method, ring, newest, cancel, providerIds }
}

const text = { to: '+31612345678', user: 'alice', text: 'Your code is 012345', code: '012345' }
const { signal } = new AbortController()

describe('demo phone', () => {
  it('shows texts and e-mails, newest first, here and in the terminal', async () => {
    const { phone, lines, newest } = demo()
    await phone.sendText(text, signal)
    expect(newest()).to.deep.equal({
      id: newest().id,
      kind: 'sms',
      ...text,
      state: 'delivered',
      at: '2023-11-14T22:13:20.000Z',
    })
    await phone.sendEmail({ ...text, to: 'a@corp.example', subject: 'Code' }, signal)
    expect(phone.list().map(({ kind }) => kind)).to.deep.equal(['email', 'sms'])
    expect(newest()).to.include({ subject: 'Code', text: text.text })
    expect(lines[1]).to.equal('email to a@corp.example (alice): Code\n\nYour code is 012345')
    expect(lines[0]).to.equal('sms to +31612345678 (alice): Your code is 012345')
  })

  it('keeps the last 200 messages, and a call that falls off has ended', async () => {
    const { phone, ring, newest } = demo()
    const prompt = ring()
    const callId = newest().id
    for (let count = 0; count < 200; count++) await phone.sendText(text, signal)
    expect(phone.list()).to.have.length(200)
    expect(await prompt).to.deep.equal({ kind: 'no-answer' })
    expect(phone.press(callId, '#')).to.deep.equal({ kind: 'unknown' })
  })

  for (const [keys, pin, kind] of [
    ['#', undefined, 'approved'],
    ['0#', undefined, 'fraud'],
    ['555', undefined, 'refused'],
    ['2468#', '2468', 'approved'],
    ['0#', '2468', 'fraud'],
    ['1#2#3#', '2468', 'refused'],
    ['1#2468#', '2468', 'approved'],
  ] as const) {
    it(`ends ${kind} when ${keys} is pressed${pin ? ' and the PIN is 2468' : ''}`, async () => {
      const { phone, ring, newest, providerIds, clock } = demo()
      const prompt = ring(pin)
      expect(newest()).to.include({ kind: 'call', user: 'alice', state: 'ringing' })
      expect(providerIds).to.deep.equal([newest().id])
      expect(phone.press(newest().id, keys)).to.have.property('kind', 'done')
      expect(await prompt).to.have.property('kind', kind)
      expect(newest().state).to.equal(kind)
      expect(phone.press(newest().id, '#')).to.deep.equal({ kind: 'ended', state: kind })
      expect(clock.waiting).to.equal(0)
    })
  }

  it('takes the keys one request at a time as well', async () => {
    const { phone, ring, newest } = demo()
    const prompt = ring('2468')
    for (const key of '246') phone.press(newest().id, key)
    expect(newest().state).to.equal('talking')
    phone.press(newest().id, '8#')
    expect(await prompt).to.have.property('kind', 'approved')
  })

  it('has a person who hangs up', async () => {
    const { phone, ring, newest } = demo()
    const prompt = ring()
    phone.decline(newest().id)
    expect(await prompt).to.deep.equal({ kind: 'refused' })
  })

  it('presses no keys on texts and on calls it never had', async () => {
    const { phone, newest } = demo()
    await phone.sendText(text, signal)
    expect(phone.press(newest().id, '#')).to.deep.equal({ kind: 'ended', state: 'delivered' })
    expect(phone.press('nothing', '#')).to.deep.equal({ kind: 'unknown' })
  })

  it('rings at the backup number when the first is not answered', async () => {
    const { phone, ring, newest, clock } = demo()
    const prompt = ring(undefined, '+31201234567')
    clock.advance(20_000)
    await new Promise(setImmediate)
    expect(newest().to).to.equal('+31201234567')
    phone.press(newest().id, '#')
    expect(await prompt).to.have.property('kind', 'approved')
    expect(phone.list().map(({ state }) => state)).to.deep.equal(['approved', 'no-answer'])
  })

  it('stops ringing at the deadline, also in the middle of the talk', async () => {
    const { phone, ring, newest, clock } = demo()
    const prompt = ring()
    phone.press(newest().id, '0')
    clock.advance(60_000)
    expect(await prompt).to.deep.equal({ kind: 'timeout' })
  })

  it('stops ringing when the sign-in is cancelled, before or after it began', async () => {
    const { phone, ring, newest, cancel } = demo()
    const prompt = ring()
    cancel.abort()
    expect(await prompt).to.deep.equal({ kind: 'timeout' })
    expect(await ring()).to.deep.equal({ kind: 'timeout' })
    expect(phone.press(newest().id, '#')).to.deep.equal({ kind: 'ended', state: 'timeout' })
  })

  it('ends what an earlier process left ringing', async () => {
    const { method, ring, newest } = demo()
    const prompt = ring()
    await method.endOrphan(newest().id)
    await method.endOrphan('gone')
    expect(await prompt).to.deep.equal({ kind: 'timeout' })
  })
})
