import { expect } from 'chai'
import { createWorld, defaultSettings, reasonOf } from '../harness.ts'

/** A code of the helpdesk, as it would look in a text. */
const code = /[0-9A-Z]{4}-[0-9A-Z]{4}|#|\b\d{6,}\b/

describe('the text at a gateway for a person who has nothing set up (PEOPLE R3)', () => {
  const portal = 'https://mfa.example.com'

  it('names the address of the portal and never a code, to anyone who has the password', async () => {
    const world = createWorld({ parts: { settings: { ...defaultSettings, portal } } })
    // In Dutch and in English.
    for (const user of ['alice', 'dave']) {
      const outcome = await world.ask({ user })
      expect(reasonOf(outcome)).to.equal('not-enrolled')
      const text = 'message' in outcome ? outcome.message : ''
      expect(text).to.include(portal)
      expect(text).to.not.match(code)
    }
  })

  it('names no address after a wrong password', async () => {
    const world = createWorld({ parts: { settings: { ...defaultSettings, portal } } })
    const outcome = await world.ask({ user: 'dave', password: 'wrong' }).catch(() => undefined)
    expect(JSON.stringify(outcome ?? '')).to.not.include(portal)
  })
})
