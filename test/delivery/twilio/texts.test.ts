import { expect } from 'chai'
import { createTwilioDelivery, TwilioError } from '../../../src/delivery/index.ts'
import { Secret, systemClock } from '../../../src/support/index.ts'
import type { Fault } from '../../lab/twilio-stand-in.ts'
import {
  accountSid,
  endedText,
  publicUrl,
  startTwilioLab,
  stopAll,
  type TwilioLab,
  until,
} from '../twilio-lab.ts'

const { signal } = new AbortController()
const text = { to: '+31612345678', user: 'alice', text: 'Your code is 012345', code: '012345' }

describe('Twilio', () => {
  let lab: TwilioLab
  beforeEach(async () => {
    lab = await startTwilioLab()
  })
  afterEach(stopAll)
  const named = (name: string) => lab.standIn.requests.filter((request) => request.name === name)

  describe('texts', () => {
    it('go out from the number or name for the country', async () => {
      const { sendText } = lab.delivery.texts
      expect(await sendText(text, signal)).to.deep.equal({ kind: 'sent' })
      expect(await sendText({ ...text, to: '+15550123' }, signal)).to.deep.equal({ kind: 'sent' })
      expect(named('POST Messages').map(({ form }) => form)).to.deep.equal([
        { To: '+31612345678', From: 'HOLDFAST', Body: 'Your code is 012345' },
        { To: '+15550123', From: '+15550100', Body: 'Your code is 012345' },
      ])
    })

    const status = (code: number): Fault => ({ kind: 'status', status: code })
    const rows: [string, Fault[], object, number][] = [
      ['an error once', [status(500)], { kind: 'sent' }, 2],
      ['no answer once', [{ kind: 'silence' }], { kind: 'sent' }, 2],
      ['errors twice', [status(500), status(503)], { kind: 'failed', outage: true }, 2],
      ['an error, then a limit', [status(500), status(429)], { kind: 'failed', outage: false }, 2],
      ['a limit', [status(429)], { kind: 'failed', outage: false }, 1],
      ['a refusal', [status(400)], { kind: 'failed', outage: false }, 1],
    ]
    for (const [name, faults, result, tries] of rows) {
      it(`${name}: ${JSON.stringify(result)}`, async () => {
        lab.standIn.faults.push(...faults)
        expect(await lab.delivery.texts.sendText(text, signal)).to.deep.include(result)
        expect(named('POST Messages')).to.have.length(tries)
      })
    }

    it('say that the person has opted out', async () => {
      lab.standIn.faults.push({ kind: 'status', status: 400, code: 21610 })
      const result = await lab.delivery.texts.sendText(text, signal)
      expect(result).to.have.property('detail').that.includes('STOP')
    })

    it('are given up with the request that asked for them', async () => {
      const cancel = new AbortController()
      lab.standIn.faults.push({ kind: 'silence' })
      const sending = lab.delivery.texts.sendText(text, cancel.signal)
      await until(() => lab.standIn.requests.length === 1)
      cancel.abort()
      expect(await sending).to.deep.include({ kind: 'failed', outage: false })
      expect(await lab.delivery.texts.sendText(text, cancel.signal)).to.have.property(
        'kind',
        'failed',
      )
      expect(lab.standIn.requests).to.have.length(1)
    })
  })

  describe('credentials', () => {
    it('may be an API key', async () => {
      const apiKey = { sid: `SK${'2'.repeat(32)}`, secret: new Secret('key secret') }
      const other = await startTwilioLab({ apiKey })
      expect(await other.prompt()).to.deep.equal({ kind: 'approved', byMachine: false })
    })

    for (const [name, change, code] of [
      ['none', {}, 'twilio-credentials-missing'],
      [
        'webhooks with an API key only',
        { apiKey: { sid: 'SK1', secret: new Secret('x') }, publicUrl },
        'twilio-webhooks-need-token',
      ],
      [
        'a public_url with a query',
        { authToken: new Secret('x'), publicUrl: `${publicUrl}?a=1` },
        'twilio-public-url-invalid',
      ],
      [
        'a public_url that is none',
        { authToken: new Secret('x'), publicUrl: 'mfa.corp.example' },
        'twilio-public-url-invalid',
      ],
    ] as const) {
      it(`${name}: ${code}`, async () => {
        const ended = { text: endedText, language: 'en' }
        const settings = { callsPerSecond: 1, machineDetection: true, ended }
        const options = { accountSid, callsFrom: [], textsFrom: [], ...settings, ...change }
        const error = await createTwilioDelivery(options, systemClock).then(
          () => undefined,
          (error: unknown) => error,
        )
        expect(error).to.be.instanceOf(TwilioError).and.have.property('code', code)
      })
    }
  })
})
