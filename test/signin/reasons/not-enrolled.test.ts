import { expect } from 'chai'
import type { Outcome } from '../../../src/signin/index.ts'
import { createTexts } from '../../../src/texts/index.ts'
import { createWorld, defaultSettings, flush, reasonOf } from '../harness.ts'

const messageOf = (outcome: Outcome | undefined) =>
  outcome?.kind === 'reject' ? (outcome.message ?? '') : ''
const portal = 'https://mfa.example.com'

describe('the text for people who have nothing set up (PEOPLE R3)', () => {
  const withPortal = { settings: { ...defaultSettings, portal } }

  it('names the address of the portal, and has no code in it', async () => {
    const world = createWorld(withPortal)
    const outcome = await world.ask({ user: 'dave' })
    expect(reasonOf(outcome)).to.equal('not-enrolled')
    const text = messageOf(outcome).replace(/ ?\(?Ref \w+\)?\.?$/, '')
    expect(text).to.equal(`You have no phone or app set up for signing in. Set it up at ${portal}`)
    expect(text).to.not.match(/\d/)
  })

  it('is what it was where there is no portal', async () => {
    const world = createWorld()
    const outcome = await world.ask({ user: 'dave' })
    const text = createTexts({ defaultLanguage: 'en' }).text('not-enrolled', undefined)
    expect(messageOf(outcome)).to.include(text)
  })

  it('is not told to those who do not know the password', async () => {
    const world = createWorld(withPortal)
    const pending = world.start({ user: 'dave', password: 'wrong' })
    await flush()
    expect(reasonOf(pending.outcome)).to.equal('password-wrong')
    expect(messageOf(pending.outcome)).to.not.include(portal)
  })
})
