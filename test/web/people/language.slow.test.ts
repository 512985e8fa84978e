import { expect } from 'chai'
import { builtInLanguages } from '../../../src/texts/index.ts'
import { knownLanguage } from '../../../src/web/people/language.ts'
import { call, password, sms, totp } from '../../signin/harness.ts'
import { createPortalLab, type PortalLab } from '../sign-in/lab.ts'

/** The directory has Dutch for alice, and nothing for bob. */
describe('the language of the portal', () => {
  let lab: PortalLab
  beforeEach(async () => {
    lab = await createPortalLab()
  })
  afterEach(() => lab.stop())

  const textOf = (tag: string, key: 'denied' | 'no-method' | 'portal-step-ended') =>
    builtInLanguages[tag]?.[key]

  it('is that of the page before a person is signed in, even for a known person', async () => {
    await lab.enrol('alice', totp)
    for (const tag of ['en', 'nl', 'de', 'fr', 'es']) {
      const browser = lab.browser(undefined, tag)
      const texts = []
      for (const [name, typed] of [
        ['alice', 'wrong'],
        ['nobody', password],
        ['bob', 'wrong'],
      ]) {
        const refused = await browser.post('/api/sign-in', { name, password: typed })
        texts.push(refused.body.text)
      }
      expect(texts).to.deep.equal(Array(3).fill(textOf(tag, 'denied')))
      const ended = await browser.post('/api/sign-in/answer', { answer: '123456' })
      expect(ended.body.text).to.equal(textOf(tag, 'portal-step-ended'))
    }
  })

  it('of what goes to a phone is the person’s own: a page of a stranger changes nothing there', async () => {
    await lab.enrol('alice', call)
    const browser = lab.browser(undefined, 'es')
    const asked = await browser.post('/api/sign-in', { name: 'alice', password })
    expect(asked.body).to.have.property('step', 'question')
    expect(lab.world.phone.only().request.language).to.equal('nl')
  })

  it('that a person has chosen is used from then on, for calls and messages too', async () => {
    const app = await lab.enrol('alice', totp)
    const browser = lab.browser(undefined, 'en')
    await browser.post('/api/sign-in', { name: 'alice', password })
    expect((await browser.post('/api/language', { language: 'de' })).status).to.equal(401)
    await browser.post('/api/sign-in/answer', { answer: lab.world.code(app) })
    expect((await browser.post('/api/language', { language: 'xx' })).status).to.equal(400)
    expect((await browser.post('/api/language', { language: 'de' })).status).to.equal(200)
    expect(await lab.store().personRecords.load('local:alice')).to.include({ language: 'de' })
    await lab.enrol('alice', sms)
    lab.advance(31_000)
    const phone = await lab.store().authenticators.list('local:alice')
    const id = phone.find(({ method }) => method === 'sms')?.id ?? ''
    await browser.post('/api/try', { id })
    expect(lab.world.sms.sent.map(({ request }) => request.language)).to.deep.equal(['de'])
  })

  it('is undefined for tags that are malformed', () => {
    const read = ['', '*', 'x', 'zz-ZZ', undefined, 'DE-at', 'nl;q=0.5', 'fr-CA,en'].map(
      knownLanguage,
    )
    expect(read).to.deep.equal([...Array(5).fill(undefined), 'de', 'nl', 'fr'])
  })
})
