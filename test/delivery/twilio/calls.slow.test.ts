import { expect } from 'chai'
import { createReadOutMethod } from '../../../src/methods/index.ts'
import { type Clock, Secret, systemClock } from '../../../src/support/index.ts'
import type { Fault, Person } from '../../lab/twilio-stand-in.ts'
import { parseGather, pressKeys } from '../../lab/twiml-gather.ts'
import { phone, promptRequest } from '../../methods/prompt-request.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { startServer } from '../bare-server.ts'
import { startTwilioLab, stopAll, type TwilioLab, texts, until } from '../twilio-lab.ts'

const { signal } = new AbortController()
const withPin = { authenticator: { ...phone, pin: '2468' } }
const text = { to: '+31612345678', user: 'alice', text: 'Your code is 012345', code: '012345' }

describe('Twilio', () => {
  let lab: TwilioLab
  beforeEach(async () => {
    lab = await startTwilioLab()
  })
  afterEach(stopAll)
  const named = (name: string) => lab.standIn.requests.filter((request) => request.name === name)

  describe('calls', () => {
    const answers = (...keys: string[]): Person => ({ does: 'answers', keys })
    const rows: [string, Person, object, object][] = [
      ['# approves', answers('#'), {}, { kind: 'approved', byMachine: false }],
      ['0 and # report fraud', answers('0', '#'), {}, { kind: 'fraud' }],
      ['silence refuses', answers(''), {}, { kind: 'refused' }],
      ['other keys refuse', answers('1', '2', '3'), {}, { kind: 'refused' }],
      ['0 alone refuses', answers('0', ''), {}, { kind: 'refused' }],
      ['PIN and # approve', answers('2468#'), withPin, { kind: 'approved', byMachine: false }],
      ['# alone does not pass a PIN', answers('#', '#', '#'), withPin, { kind: 'refused' }],
      ['0# reports fraud where there is a PIN', answers('0#'), withPin, { kind: 'fraud' }],
      ['three wrong PINs refuse', answers('1#', '2#', '3#'), withPin, { kind: 'refused' }],
      ['hanging up refuses', { does: 'answers', keys: [] }, {}, { kind: 'refused' }],
      ['busy', { does: 'busy' }, {}, { kind: 'busy' }],
      ['nobody answers', { does: 'no-answer' }, {}, { kind: 'no-answer' }],
    ]
    for (const [name, person, change, result] of rows) {
      it(name, async () => {
        lab.standIn.person = person
        expect(await lab.prompt({ change })).to.deep.equal(result)
      })
    }

    for (const [answeredBy, result] of [
      ['human', { kind: 'approved', byMachine: false }],
      ['unknown', { kind: 'approved', byMachine: true }],
      ['machine_start', { kind: 'no-answer' }],
      ['fax', { kind: 'no-answer' }],
    ] as const) {
      it(`answered by ${answeredBy}, which presses #: ${result.kind}`, async () => {
        lab.standIn.person = { does: 'answers', keys: ['#'], answeredBy }
        expect(await lab.prompt()).to.deep.equal(result)
        if (result.kind !== 'no-answer') return
        await until(() => [...lab.standIn.calls.values()][0]?.status === 'completed')
      })
    }

    it('says what Twilio could not put through', async () => {
      lab.standIn.person = { does: 'failed' }
      expect(await lab.prompt()).to.deep.equal({
        kind: 'failed',
        detail: 'Twilio could not put the call through',
        outage: false,
      })
    })

    it('asks for what it needs: caller by country, time limits, webhooks, extension', async () => {
      const providerIds: string[] = []
      await lab.prompt({
        onProviderId: (id) => void providerIds.push(id),
        change: { authenticator: { ...phone, extension: '42' } },
      })
      const [call] = lab.standIn.calls.values()
      expect(call?.form).to.include({ To: '+31612345678', From: '+31201111111', Timeout: '60' })
      expect(call?.form).to.include({ SendDigits: 'wwww42', MachineDetection: 'Enable' })
      expect(Number(call?.form.TimeLimit)).to.be.within(60, 71)
      expect(call?.form.Url).to.match(
        /^https:\/\/mfa\.corp\.example\/holdfast\/twilio\/call\/[\w-]{22}\/0$/,
      )
      expect(providerIds).to.deep.equal([call?.sid])
    })

    it('speaks the person’s language, and closes with what is decided at that moment', async () => {
      await lab.prompt({ change: { language: 'nl-BE' }, closing: 'call-sign-in-again' })
      await until(() => lab.standIn.webhooks.length >= 2)
      const [first, second] = lab.standIn.webhooks
      expect(first?.reply).to.include('<Say language="nl-NL">Hallo Alice Example.')
      expect(second?.reply).to.include(texts.text('call-sign-in-again', 'nl'))
      expect(second?.reply).to.include('<Hangup/>')
    })

    it('escapes what a gateway or directory is called', async () => {
      await lab.prompt({ change: { gateway: '</Say><Hangup/>&\u0001"\ud800' } })
      expect(lab.standIn.webhooks[0]?.reply).to.include('&lt;/Say&gt;&lt;Hangup/&gt;&amp;')
    })

    it('never shows a code or token twice: each prompt has its own', async () => {
      await lab.prompt()
      await lab.prompt()
      const urls = [...lab.standIn.calls.values()].map(({ form }) => form.Url)
      expect(new Set(urls)).to.have.length(2)
    })

    it('calls the backup number, with a token of its own', async () => {
      lab.standIn.person = { does: 'busy' }
      const authenticator = { ...phone, backupPhone: '+15550199' }
      expect(await lab.prompt({ change: { authenticator } })).to.deep.equal({ kind: 'busy' })
      const calls = [...lab.standIn.calls.values()]
      expect(calls.map(({ form }) => form.To)).to.deep.equal(['+31612345678', '+15550199'])
      expect(calls.map(({ form }) => form.From)).to.deep.equal(['+31201111111', '+15550100'])
      expect(calls[0]?.form.Url).not.to.equal(calls[1]?.form.Url)
    })

    it('waits for the CallSid when the person is faster than the API', async () => {
      lab.standIn.faults.push({ kind: 'late', ms: 60 })
      expect(await lab.prompt()).to.deep.equal({ kind: 'approved', byMachine: false })
    })

    it('hangs up when the sign-in is cancelled', async () => {
      lab.standIn.person = { does: 'nothing' }
      const cancel = new AbortController()
      const prompt = lab.prompt({ signal: cancel.signal, onProviderId: () => cancel.abort() })
      expect(await prompt).to.deep.equal({ kind: 'timeout' })
      await until(() => [...lab.standIn.calls.values()][0]?.status === 'completed')
    })

    it('hangs up a call the API confirms only after the sign-in was cancelled', async () => {
      lab.standIn.person = { does: 'nothing' }
      lab.standIn.faults.push({ kind: 'late', ms: 60 })
      const cancel = new AbortController()
      const prompt = lab.prompt({ signal: cancel.signal })
      await until(() => lab.standIn.calls.size === 1)
      cancel.abort()
      expect(await prompt).to.deep.equal({ kind: 'timeout' })
      expect([...lab.standIn.calls.values()][0]?.status).to.equal('ringing')
      await until(() => [...lab.standIn.calls.values()][0]?.status === 'completed')
    })

    it('hangs up at the deadline', async () => {
      const clock = createManualClock()
      const own = await startTwilioLab({}, { clock })
      own.standIn.person = { does: 'nothing' }
      const ids: string[] = []
      const prompt = own.prompt({ onProviderId: (id) => void ids.push(id) })
      await until(() => ids.length === 1)
      clock.advance(60_000)
      expect(await prompt).to.deep.equal({ kind: 'timeout' })
      await until(() => own.standIn.calls.get(ids[0] ?? '')?.status === 'completed')
    })

    it('hangs up in a second try when the first fails', async () => {
      const clock = createManualClock()
      const own = await startTwilioLab({}, { clock })
      own.standIn.person = { does: 'nothing' }
      const ids: string[] = []
      const prompt = own.prompt({ onProviderId: (id) => void ids.push(id) })
      await until(() => ids.length === 1)
      own.standIn.faults.push({ kind: 'status', status: 503 })
      clock.advance(60_000)
      await prompt
      await until(() => own.standIn.calls.get(ids[0] ?? '')?.status === 'completed')
    })

    it('refuses a number that is not one, and a country without a caller', async () => {
      const other = await startTwilioLab({ callsFrom: [{ prefix: '+31', number: '+31201111111' }] })
      const to = (number: string) =>
        other.prompt({ change: { authenticator: { ...phone, phone: number } } })
      expect(await to('+31"; drop')).to.deep.include({ kind: 'failed', outage: false })
      expect(await to('0612345678')).to.deep.include({ kind: 'failed', outage: false })
      expect(await to('+4915112345678'))
        .to.have.property('detail')
        .that.includes('country')
      expect(other.standIn.requests).to.deep.equal([])
    })
  })

  describe('when a call cannot be placed', () => {
    const rows: [string, Fault[], { outage: boolean; calls: number; detail: RegExp }][] = [
      [
        'a wrong number',
        [{ kind: 'status', status: 400, code: 21211 }],
        { outage: false, calls: 1, detail: /21211 .*not a valid phone number/ },
      ],
      [
        'a country that is switched off',
        [{ kind: 'status', status: 400, code: 21215 }],
        { outage: false, calls: 1, detail: /not switched on/ },
      ],
      [
        'too many requests',
        [{ kind: 'status', status: 429, code: 20429 }],
        { outage: false, calls: 1, detail: /20429/ },
      ],
      [
        'an error nobody has explained',
        [{ kind: 'status', status: 400, code: 29999 }],
        { outage: false, calls: 1, detail: /29999 .*see https/ },
      ],
      [
        'one error inside Twilio: a phone may ring, so it is not called again',
        [{ kind: 'status', status: 500 }],
        { outage: false, calls: 1, detail: /HTTP 500/ },
      ],
      [
        'an error inside Twilio and a probe that fails too',
        [
          { kind: 'html', status: 502 },
          { kind: 'html', status: 503 },
        ],
        { outage: true, calls: 1, detail: /HTTP 502/ },
      ],
      [
        'no answer once',
        [{ kind: 'silence' }],
        { outage: false, calls: 1, detail: /connection failed \(ECONNABORTED\)/ },
      ],
      [
        'no answer, and none to the probe',
        [{ kind: 'silence' }, { kind: 'silence' }],
        { outage: true, calls: 1, detail: /connection failed/ },
      ],
      [
        'no answer, and a probe that is told to slow down',
        [{ kind: 'silence' }, { kind: 'status', status: 429 }],
        { outage: false, calls: 1, detail: /connection failed/ },
      ],
      [
        'a connection that breaks',
        [{ kind: 'reset' }],
        { outage: false, calls: 1, detail: /ECONNRESET/ },
      ],
    ]
    for (const [name, faults, { outage, calls, detail }] of rows) {
      it(name, async () => {
        lab.standIn.person = { does: 'nothing' }
        lab.standIn.faults.push(...faults)
        const result = await lab.prompt()
        expect(result).to.deep.include({ kind: 'failed', outage })
        expect(result).to.have.property('detail').that.matches(detail)
        expect(named('POST Calls')).to.have.length(calls)
      })
    }

    it('no server listens: an outage, for calls and texts', async () => {
      const gone = await startServer(() => undefined)
      await gone.stop()
      const other = await startTwilioLab({}, { apiAddress: gone.url })
      const detail = 'Twilio: connection failed (ECONNREFUSED)'
      expect(await other.prompt()).to.deep.equal({ kind: 'failed', detail, outage: true })
      expect(await other.delivery.texts.sendText(text, signal)).to.deep.equal({
        kind: 'failed',
        detail,
        outage: true,
      })
    })

    it('a wrong token is not an outage and says what to compare', async () => {
      const other = await startTwilioLab({ authToken: new Secret('other') })
      const result = await other.prompt()
      expect(result).to.deep.include({ kind: 'failed', outage: false })
      expect(result).to.have.property('detail').that.includes('account SID, token or API key')
      expect(JSON.stringify(result)).not.to.include('other')
    })

    it('starts calls at the agreed rate, and refuses at once those that would be late', async () => {
      const clock = createManualClock()
      const slow = await startTwilioLab({ callsPerSecond: 10 }, { clock })
      const change = { deadlineMs: clock.nowMs() + 150 }
      const prompts = [1, 2, 3].map(() => slow.prompt({ change }))
      await Promise.all([prompts[0], prompts[2]])
      clock.advance(99)
      await new Promise(setImmediate)
      expect(slow.standIn.calls.size).to.equal(1)
      clock.advance(1)
      const ends = await Promise.all(prompts)
      expect(ends.map(({ kind }) => kind)).to.deep.equal(['approved', 'approved', 'failed'])
      expect(ends[2]).to.have.property('detail').that.includes('too many calls wait')
      expect(ends[2]).to.have.property('outage', false)
      expect(slow.standIn.calls.size).to.equal(2)
    })
  })

  describe('where Twilio cannot reach us', () => {
    /** Time a hundred times as fast, for the pauses between two looks at a call. */
    const fastClock: Clock = {
      nowMs: systemClock.nowMs,
      after: (delayMs, run) => systemClock.after(delayMs / 100, run),
    }
    const readOut = async (person: Person, authenticator = phone) => {
      const other = await startTwilioLab({ publicUrl: '' }, { clock: fastClock })
      other.standIn.person = person
      const { calls } = other.delivery
      const method = createReadOutMethod({ calls, texts, clock: systemClock, backup: true })
      const deadlineMs = Date.now() + 180_000
      const request = promptRequest(Date.now(), { authenticator, deadlineMs })
      const result = await method.send(request, '012345', signal)
      return { other, result }
    }

    it('a call that asks is refused with the reason', async () => {
      const other = await startTwilioLab({ publicUrl: '' })
      const result = await other.prompt()
      expect(result).to.have.property('detail').that.includes('public_url')
      expect(other.delivery.webhooks).to.equal(undefined)
    })

    it('a call reads the code out, and its TwiML goes with it', async () => {
      const { other, result } = await readOut({ does: 'answers', keys: [] })
      expect(result).to.deep.equal({ kind: 'sent' })
      const [call] = other.standIn.calls.values()
      expect(call?.form.Twiml).to.include('Your code is: 0, 1, 2, 3, 4, 5.')
      expect(call?.form).not.to.have.any.keys('Url', 'StatusCallback', 'AsyncAmdStatusCallback')
    })

    it('looks at the call, and tries the backup number when it was busy', async () => {
      const authenticator = { ...phone, backupPhone: '+15550199' }
      const { other, result } = await readOut({ does: 'busy' }, authenticator)
      expect(result).to.deep.equal({ kind: 'sent' })
      await until(() => other.standIn.calls.size === 2)
    })

    it('hangs up on a machine that would keep the code', async () => {
      const person: Person = { does: 'answers', keys: [], answeredBy: 'machine_start' }
      const { other } = await readOut(person)
      await until(() => other.standIn.requests.some(({ form }) => form.Status === 'completed'))
    })
  })

  it('is tested against a stand-in that has Twilio’s trap: # first, with the default, falls through', () => {
    const trap = parseGather('<Response><Gather action="/x" numDigits="1"><Say>…')
    const good = parseGather('<Response><Gather action="/x" numDigits="1" finishOnKey="">')
    if (trap === undefined || good === undefined) throw new Error('no Gather was found')
    expect(pressKeys(trap, '#')).to.equal(undefined)
    expect(pressKeys(good, '#')).to.equal('#')
  })
})
