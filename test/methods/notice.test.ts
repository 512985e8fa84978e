import { expect } from 'chai'
import { createEmailNotice, createSmsNotice } from '../../src/methods/index.ts'
import type { NewDeviceNotice } from '../../src/signin/index.ts'
import { createTexts } from '../../src/texts/index.ts'
import { mailbox, phone, promptRequest } from './prompt-request.ts'

const texts = createTexts({ defaultLanguage: 'en' })
const { signal } = new AbortController()

function notice(change: Partial<NewDeviceNotice> = {}): NewDeviceNotice {
  const { user } = promptRequest(0)
  const device = '00:11:22:33:44:55'
  return { user, authenticator: phone, language: undefined, gateway: 'Wi-Fi', device, ...change }
}

describe('a notice of a new device', () => {
  const sent: Readonly<Record<string, string>>[] = []
  const delivery = {
    async sendText(message: Readonly<Record<string, string>>) {
      sent.push(message)
      return { kind: 'sent' } as const
    },
    async sendEmail(message: Readonly<Record<string, string>>) {
      sent.push(message)
      return { kind: 'sent' } as const
    },
  }
  beforeEach(() => sent.splice(0))

  for (const language of ['en', 'nl', 'de', 'fr', 'es']) {
    it(`names device and gateway, and has no code: ${language}`, async () => {
      await createSmsNotice({ delivery, texts }).tellNewDevice(notice({ language }), signal)
      expect(sent[0]).to.include({ to: phone.phone, user: 'alice' })
      expect(sent[0]).to.not.have.property('code')
      expect(sent[0]?.text).to.include('00:11:22:33:44:55').and.include('Wi-Fi')
      // One message, in the letters of GSM.
      expect(sent[0]?.text?.length).to.be.below(160)
    })
  }

  it('goes out by mail, with a subject', async () => {
    const request = notice({ authenticator: mailbox })
    await createEmailNotice({ delivery, texts }).tellNewDevice(request, signal)
    expect(sent[0]).to.include({
      to: 'alice@corp.example',
      subject: 'A new device was let in to Wi-Fi',
    })
  })

  it('goes to nothing of another kind', async () => {
    const sms = createSmsNotice({ delivery, texts })
    const email = createEmailNotice({ delivery, texts })
    const toMailbox = notice({ authenticator: mailbox })
    expect(await sms.tellNewDevice(toMailbox, signal)).to.have.property('kind', 'failed')
    expect(await email.tellNewDevice(notice(), signal)).to.have.property('kind', 'failed')
    expect(sent).to.deep.equal([])
  })
})
