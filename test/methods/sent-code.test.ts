import { expect } from 'chai'
import type { CallDelivery, CallRequest, CallResult, SendResult } from '../../src/delivery/index.ts'
import { createEmailMethod, createReadOutMethod, createSmsMethod } from '../../src/methods/index.ts'
import { createTexts } from '../../src/texts/index.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { mailbox, phone, promptRequest } from './prompt-request.ts'

const texts = createTexts({ defaultLanguage: 'en' })
const { signal } = new AbortController()
const outage: SendResult = { kind: 'failed', detail: 'connection refused', outage: true }

describe('sent codes', () => {
  it('go out as a text in the person’s language', async () => {
    const sent: object[] = []
    const delivery = {
      async sendText(message: object) {
        sent.push(message)
        return { kind: 'sent' } as const
      },
    }
    const request = promptRequest(0, { language: 'de-AT', gateway: '' })
    const result = await createSmsMethod({ delivery, texts }).send(request, '012345', signal)
    expect(result).to.deep.equal({ kind: 'sent' })
    expect(sent).to.deep.equal([
      {
        to: '+31612345678',
        user: 'alice',
        code: '012345',
        text: '012345 ist Ihr Code zur Anmeldung bei einem unbekannten Dienst. Geben Sie ihn nicht weiter.',
      },
    ])
  })

  it('go out as an e-mail with a subject that does not show the code', async () => {
    const sent: { to: string; subject: string; text: string }[] = []
    const delivery = {
      async sendEmail(message: { to: string; subject: string; text: string }) {
        sent.push(message)
        return outage
      },
    }
    const method = createEmailMethod({ delivery, texts })
    const request = promptRequest(0, { authenticator: mailbox })
    expect(await method.send(request, '012345', signal)).to.deep.equal(outage)
    expect(sent[0]).to.include({
      to: 'alice@corp.example',
      subject: 'Your code to sign in to VPN Amsterdam',
    })
    expect(sent[0]?.text).to.include('012345')
  })

  it('refuse an authenticator of another kind', async () => {
    const never = () => {
      throw new Error('nothing may be sent')
    }
    const sms = createSmsMethod({ delivery: { sendText: never }, texts })
    const email = createEmailMethod({ delivery: { sendEmail: never }, texts })
    const toMailbox = promptRequest(0, { authenticator: mailbox })
    expect(await sms.send(toMailbox, '012345', signal)).to.have.property('kind', 'failed')
    expect(await email.send(promptRequest(0), '012345', signal)).to.have.property('kind', 'failed')
  })

  describe('read out', () => {
    function provider() {
      const placed: { request: CallRequest; signal: AbortSignal; end(result: CallResult): void }[] =
        []
      const calls: CallDelivery = {
        place(request, signal) {
          const { promise, resolve } = Promise.withResolvers<CallResult>()
          placed.push({ request, signal, end: resolve })
          return promise
        },
        async hangUp() {},
      }
      const method = createReadOutMethod({
        calls,
        texts,
        clock: createManualClock(0),
        backup: true,
      })
      return { method, placed }
    }

    it('is sent once the provider has the call, and survives the request that asked for it', async () => {
      const { method, placed } = provider()
      const attempt = new AbortController()
      const sending = method.send(promptRequest(0), '012345', attempt.signal)
      placed[0]?.request.onProviderId('CA1')
      expect(await sending).to.deep.equal({ kind: 'sent' })
      attempt.abort()
      expect(placed[0]?.signal.aborted).to.equal(false)
      expect(placed[0]?.request.dialogue.start.say).to.include('0, 1, 2, 3, 4, 5')
    })

    it('tries the backup number after it', async () => {
      const { method, placed } = provider()
      const authenticator = { ...phone, backupPhone: '+31201234567' }
      const sending = method.send(promptRequest(0, { authenticator }), '012345', signal)
      placed[0]?.request.onProviderId('CA1')
      await sending
      placed[0]?.end({ kind: 'busy' })
      await new Promise(setImmediate)
      expect(placed[1]?.request.to).to.equal('+31201234567')
    })

    it('ends with the request while the provider has not taken it', async () => {
      const { method, placed } = provider()
      const attempt = new AbortController()
      const sending = method.send(promptRequest(0), '012345', attempt.signal)
      attempt.abort()
      expect(placed[0]?.signal.aborted).to.equal(true)
      placed[0]?.end({ kind: 'timeout' })
      expect(await sending).to.have.property('kind', 'failed')
    })

    it('passes on that the provider refused', async () => {
      const { method, placed } = provider()
      const sending = method.send(promptRequest(0), '012345', signal)
      placed[0]?.end({ kind: 'failed', detail: 'connection refused', outage: true })
      expect(await sending).to.deep.equal(outage)
    })
  })
})
