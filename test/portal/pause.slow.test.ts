import { expect } from 'chai'
import type { ShownPause, SignInStep } from '../../src/web/people/contract.ts'
import { openGateway, type TestGateway } from '../lab/gateway.ts'
import { gatewayConfig } from '../lab/service-config.ts'
import { createSoftwarePasskey, type SoftwarePasskey } from '../support/software-passkey.ts'
import { countCodes } from './codes.ts'
import type { PortalBrowser } from './portal-browser.ts'
import { confirmAsBob, type PortalService, signInBob, startPortal } from './portal-service.ts'

const thief = '198.51.100.7'
const home = '203.0.113.7'

// Fifty prompts at night tire people into saying yes (PEOPLE R12).
describe('prompts that bob does not answer', function () {
  this.timeout(120_000)
  let portal: PortalService
  let bob: PortalBrowser
  let device: SoftwarePasskey
  let gateway: TestGateway

  before(async () => {
    portal = await startPortal({
      gateways: {
        page: gatewayConfig('page', {
          ...{ flow: 'hold', methods: ['passkey', 'sms'], label: 'Office VPN' },
          ...{ patience: '2s', margin: '500ms' },
        }),
      },
    })
    bob = portal.open()
    await signInBob(portal, bob)
    device = await addPasskey()
    gateway = await openGateway({ port: portal.now().port })
  })
  after(async () => {
    gateway?.close()
    await portal?.stop()
  })

  async function addPasskey(): Promise<SoftwarePasskey> {
    const confirmed = await confirmAsBob(portal, bob, { change: 'add', setup: 'passkey' })
    const pending = JSON.stringify(confirmed)
    if (confirmed.step !== 'done' || confirmed.result.kind !== 'pending') throw new Error(pending)
    const setup = confirmed.result.pending
    if (setup.setup !== 'passkey') throw new Error(pending)
    const made = createSoftwarePasskey({
      ...{ host: 'localhost', origin: bob.origin, userHandle: setup.options.user.id },
    })
    await bob.send('POST', '/api/setup/prove', { passkey: made.register(setup.options) })
    return made
  }

  const knock = async (from: string) =>
    (await gateway.signIn({ user: 'bob', password: 'builder', nas: 'page', device: from }, 30_000))
      ?.kind
  const reasonOfLast = async () =>
    JSON.stringify(await portal.administer('audit.search', { gateway: 'page', limit: 1 }))
  const paused = async (): Promise<readonly ShownPause[]> => (await bob.me()).paused

  it('are paused after three, which bob, his phone and the administrator see', async () => {
    for (let times = 0; times < 3; times++) expect(await knock(thief)).to.equal('reject')
    const texts = await countCodes(portal.phone, 'bob')
    expect(await knock(thief)).to.equal('reject')
    expect(await reasonOfLast()).to.include('prompts-paused')
    expect(await paused()).to.have.length(1)
    expect((await paused())[0]).to.include({ gateway: 'Office VPN', place: thief })
    expect(await countCodes(portal.phone, 'bob'), 'no text takes its place').to.equal(texts)
    const shown = (await portal.administer('user.show', { name: 'bob' })) as {
      readonly state: { readonly unanswered: readonly object[] }
    }
    expect(shown.state.unanswered).to.have.length(1)
  })

  it('stay paused after a restart', async () => {
    await portal.restart('SIGKILL')
    gateway.close()
    gateway = await openGateway({ port: portal.now().port })
    expect(await knock(thief)).to.equal('reject')
    expect(await reasonOfLast()).to.include('prompts-paused')
  })

  it('are asked again after a signature, and after nothing less', async () => {
    const [pause] = await paused()
    const change = { change: 'ask-again', pause: pause?.id ?? '' } as const
    const step = await bob.confirm(change)
    if (step.step !== 'question') throw new Error(JSON.stringify(step))
    const { canType, options, passkey } = step.question
    expect({ canType, options }).to.deep.equal({ canType: false, options: [] })
    for (const answer of ['1', 'sms', '000000']) {
      const guessed = await bob.confirmAnswer(answer)
      expect(guessed.step).to.not.equal('done')
    }
    await portal.administer('user.show', { name: 'bob' })
    expect(await paused()).to.have.length(1)
    expect(passkey).to.not.equal(undefined)

    const again = await bob.confirm(change)
    if (again.step !== 'question' || again.question.passkey === undefined) {
      throw new Error(JSON.stringify(again))
    }
    const signed = { passkey: device.sign(again.question.passkey) }
    const { body } = await bob.send<SignInStep>('POST', '/api/confirm/signed', signed)
    expect(body).to.deep.equal({ step: 'done', result: { kind: 'changed' } })
    expect(await paused()).to.deep.equal([])
    expect(await knock(thief)).to.equal('reject')
    expect(await reasonOfLast()).to.include('prompt-timeout')
  })

  it('are asked again once an administrator unlocks bob', async () => {
    for (let times = 0; times < 3; times++) await knock(home)
    expect(await paused()).to.have.length(1)
    await portal.administer('user.unlock', { name: 'bob' })
    expect(await paused()).to.deep.equal([])
  })
})
