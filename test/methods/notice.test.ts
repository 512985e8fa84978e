import { expect } from 'chai'
import { createEmailNotice, createSmsNotice } from '../../src/methods/index.ts'

const { signal } = new AbortController()
const notice = { to: '+31612345678', user: 'alice', subject: 'A subject', text: 'A text' }

describe('a notice', () => {
  const sent: Readonly<Record<string, string>>[] = []
  const carry = async (message: Readonly<Record<string, string>>) => {
    sent.push(message)
    return { kind: 'sent' } as const
  }
  beforeEach(() => sent.splice(0))

  it('goes out as a text, without the subject', async () => {
    await createSmsNotice({ sendText: carry }).tell(notice, signal)
    expect(sent).to.deep.equal([{ to: '+31612345678', user: 'alice', text: 'A text' }])
  })

  it('goes out by mail, with a subject', async () => {
    await createEmailNotice({ sendEmail: carry }).tell({ ...notice, to: 'a@corp.example' }, signal)
    expect(sent).to.deep.equal([{ ...notice, to: 'a@corp.example' }])
  })
})
