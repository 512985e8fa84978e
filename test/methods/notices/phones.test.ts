import { expect } from 'chai'
import type { Authenticator, PersonChange } from '../../../src/accounts/index.ts'
import { noticeForPhones } from '../../../src/methods/notices/phones.ts'
import { createTexts } from '../../../src/texts/index.ts'
import { phone as landline, mailbox } from '../prompt-request.ts'

const userKey = 'local:alice'
const texts = createTexts({ defaultLanguage: 'en' })
const push = (id: string): Authenticator => ({
  ...{ id, userKey, label: id, createdAtMs: 0, method: 'push', publicKey: new Uint8Array(91) },
})
const settings = { texts, contact: {} }
const atMs = 1_750_000_000_000

function told(change: PersonChange, enrolled: readonly Authenticator[], language?: string) {
  return noticeForPhones(settings, language, userKey, enrolled, { change, by: 'self', atMs })
}

describe('every other phone that approves sign-ins is told of a change (PEOPLE R7)', () => {
  const added = (authenticator: Authenticator): PersonChange => ({
    ...{ kind: 'authenticator-added', authenticator },
  })

  it('in the person’s language, without what they call it', () => {
    const mine = { ...landline, label: 'Click here' }
    const notice = told(added(mine), [push('old'), mine], 'de')
    expect(notice).to.include({ userKey, kind: 'authenticator-added', by: 'self', atMs })
    expect(notice?.text).to.match(/^Neuer Weg zur Anmeldung: Anrufe an /)
    expect(notice?.text).to.not.include('Click here')
    expect(notice?.text).to.not.include(landline.phone)
  })

  it('but not the one that was added; and it is not told where there is no other', () => {
    expect(told(added(push('new')), [push('old'), push('new')])).to.include({ notForPhone: 'new' })
    expect(told(added(push('new')), [push('new'), mailbox])).to.equal(undefined)
    expect(told({ kind: 'unlocked' }, [mailbox, landline])).to.equal(undefined)
  })

  it('says who made it, where that was not the person', () => {
    const notice = noticeForPhones(settings, 'en', userKey, [push('old')], {
      ...{ change: { kind: 'bypass-given', untilMs: atMs }, by: 'administrator', atMs },
    })
    expect(notice?.text).to.include('Your helpdesk did this.')
  })
})
