import { expect } from 'chai'
import { methods } from '../../../src/accounts/index.ts'
import { otpCode, parseSeed } from '../../../src/methods/index.ts'
import {
  type AdminOperations,
  createAdminOperations,
  createFirstProofChecks,
  createPairingMemory,
  createPairings,
  createPersonLookup,
  createSelfOperations,
  type EnrolmentParts,
} from '../../../src/operations/index.ts'
import { createReach } from '../../../src/signin/index.ts'
import { parsePrefix } from '../../../src/support/index.ts'
import { createStartEnrolment, enrolmentChanges, enrolmentRoutes } from '../../../src/web/index.ts'
import { password, sms, totp } from '../../signin/harness.ts'
import {
  type Answer,
  createPortalLab,
  type EnrolmentGiven,
  type PortalLab,
} from '../sign-in/lab.ts'

describe('enrolling at the portal (PEOPLE R2, R4, R8)', () => {
  let lab: PortalLab
  let operations: AdminOperations
  const settings = {
    networks: [] as string[],
    trustsDirectoryPhones: false,
    portal: 'https://mfa.example.com',
  }

  /** As `compose` puts it together. */
  function enrolmentOf({ store, signIn, common }: EnrolmentGiven) {
    const reach = createReach(signIn, 'Portal')
    const directory = signIn.directories.get('local') ?? expect.fail()
    const enrolment: EnrolmentParts = {
      reach,
      readPhone: async (written) => (/^\+\d{8,15}$/.test(written) ? written : undefined),
      async findUser(key, signal) {
        const found = await directory.resolveKey(key, signal)
        return found.kind === 'user' ? found.user : undefined
      },
      passwordStamp: async () => undefined,
      passwordSetMs: async () => undefined,
      isInCampaign: async () => false,
      pairings: createPairings(common.clock, createPairingMemory(common.clock)),
      passkeys: () => undefined,
      settings: () => ({
        ...settings,
        networks: settings.networks.flatMap((network) => parsePrefix(network) ?? []),
        tries: 3,
      }),
      text: (key, language) => signIn.texts.text(key, language, { helpdesk: 'the helpdesk' }),
      languageOf: () => 'en',
      directories: () => [directory],
      campaigns: () => [],
    }
    operations = createAdminOperations({
      ...{ clock: common.clock, store, enrolment, issuer: 'Example', scratchFolder: '/tmp' },
      findPerson: createPersonLookup({ directories: [directory], users: store.users }),
      gateways: async () => [],
      usableMethods: () => methods,
    })
    const self = createSelfOperations(() => operations)
    const parts = {
      ...common,
      operations: self,
      checks: createFirstProofChecks(
        { store, clock: common.clock, takeOvers: store.takeOvers },
        enrolment,
      ),
      people: store.personRecords,
      findUser: enrolment.findUser,
      canChangePassword: () => false,
      text: enrolment.text,
      look: () => ({ helpdesk: '4400', language: 'en' }),
    }
    return {
      startEnrolment: createStartEnrolment(parts),
      changes: enrolmentChanges(self),
      routes: enrolmentRoutes(parts),
    }
  }

  beforeEach(async () => {
    settings.networks = []
    settings.trustsDirectoryPhones = false
    lab = await createPortalLab({ enrolment: enrolmentOf })
  })
  afterEach(() => lab.stop())

  const signIn = (browser: ReturnType<PortalLab['browser']>, typed = password) =>
    browser.post('/api/sign-in', { name: 'alice', password: typed })
  const makeCode = async () => {
    const caller = { via: 'admin-socket', uid: 0, name: 'root' } as const
    const call = { send: () => undefined, signal: new AbortController().signal, caller }
    return (await operations['enrolment.code']({ name: 'alice', reason: 'new' }, call)).code
  }
  const list = () => lab.store().authenticators.list('local:alice')
  function codeOf({ body }: Answer): string {
    const { secret } = Object(body.pending) as { readonly secret: string }
    const seed = parseSeed(secret) ?? expect.fail(JSON.stringify(body))
    return otpCode(
      { seed, algorithm: 'sha1', digits: 6 },
      Math.floor(lab.world.clock.nowMs() / 30_000),
    )
  }
  const setUp = { setup: { setup: 'app', label: 'phone' } }

  it('goes from the printed code to a working app and recovery codes, whatever restarts in between', async () => {
    const code = await makeCode()
    const browser = lab.browser()
    expect((await signIn(browser)).body).to.deep.equal({
      ...{ step: 'proof', proofs: [{ proof: 'helpdesk-code' }] },
    })
    await lab.restart()
    const proven = await browser.post('/api/sign-in/proof', { code: code.toLowerCase() })
    expect(proven.body).to.deep.equal({ step: 'in', session: 'setup' })
    await lab.restart()
    const me = await browser.get('/api/me')
    expect(me.body).to.include({ name: 'alice', session: 'setup', helpdesk: '4400' })
    const begun = await browser.post('/api/setup/begin', setUp)
    expect(begun.body).to.include({ step: 'pending' })
    expect(await list()).to.deep.equal([])
    await lab.restart()
    const before = [...browser.jar.values()]
    const wrong = await browser.post('/api/setup/prove', { codes: ['000000'] })
    expect(wrong.body).to.include({ step: 'pending', wrong: true })
    await lab.restart()
    const done = await browser.post('/api/setup/prove', { codes: [codeOf(begun)] })
    expect(done.body).to.include({ step: 'done' })
    expect(Object(done.body.result).codes).to.have.length(10)
    expect((await list()).map(({ method, setUpBy }) => `${method} ${setUpBy}`)).to.have.members([
      ...['totp helpdesk', 'recovery self'],
    ])
    // A session with both factors, under a new token.
    expect((await browser.get('/api/me')).body).to.include({ session: 'whole' })
    for (const value of before) expect([...browser.jar.values()]).not.to.include(value)
    expect((await browser.get('/api/sessions')).status).to.equal(200)
  })

  it('leaves a stranger with the password and nothing else outside', async () => {
    await makeCode()
    const thief = lab.browser()
    await signIn(thief)
    for (const tried of [
      await thief.post('/api/setup/begin', setUp),
      await thief.post('/api/setup/prove', { codes: ['000000'] }),
      await thief.get('/api/me'),
      await thief.post('/api/confirm', { change: { change: 'add', setup: 'app' } }),
    ]) {
      expect(tried.status).to.equal(401)
    }
    for (let tries = 0; tries < 12; tries += 1) {
      const { body } = await thief.post('/api/sign-in/proof', { code: '0000-0000-0000' })
      expect(body).to.include({ step: 'proof', wrong: true })
    }
    const { body } = await thief.post('/api/sign-in/proof', { send: 'sms1' })
    expect(body).to.include({ step: 'proof', wrong: true })
    expect(lab.world.sms.sent).to.deep.equal([])
    expect(await list()).to.deep.equal([])
  })

  it('does not look at a code before the right password, nor for another browser', async () => {
    const code = await makeCode()
    const stranger = lab.browser()
    await signIn(stranger, 'a guess')
    expect((await stranger.post('/api/sign-in/proof', { code })).body).to.include({
      ...{ step: 'refused', reason: 'step-ended' },
    })
    const owner = lab.browser()
    await signIn(owner)
    const other = lab.browser()
    expect((await other.post('/api/sign-in/proof', { code })).body).to.include({ step: 'refused' })
    expect((await owner.post('/api/sign-in/proof', { code })).body).to.include({ step: 'in' })
  })

  it('tells an unknown name and a wrong password nothing of this', async () => {
    const browser = lab.browser()
    const wrong = await signIn(browser, 'a guess')
    const unknown = await browser.post('/api/sign-in', { name: 'zoe', password })
    const told = ({ body }: Answer) => [body.step, body.text]
    expect(told(wrong)).to.deep.equal(told(unknown))
  })

  it('lets a network of the file stand for the proof, until something is enrolled', async () => {
    settings.networks = ['127.0.0.0/8']
    const browser = lab.browser()
    expect((await signIn(browser)).body).to.deep.equal({ step: 'in', session: 'setup' })
    // A second browser with the same password, which has got as far.
    const thief = lab.browser()
    await signIn(thief)
    const late = await thief.post('/api/setup/begin', setUp)
    const begun = await browser.post('/api/setup/begin', setUp)
    const done = await browser.post('/api/setup/prove', { codes: [codeOf(begun)] })
    expect(done.body).to.include({ step: 'done' })
    const stolen = await thief.post('/api/setup/prove', { codes: [codeOf(late)] })
    expect(stolen.status, 'its session has ended').to.equal(401)
    expect((await list()).filter(({ method }) => method === 'totp')).to.have.length(1)
    expect((await signIn(lab.browser())).body).to.include({ step: 'question' })
  })

  it('gets who has lost the phone back in by a code of the helpdesk, and by no network', async () => {
    settings.networks = ['127.0.0.0/8']
    await lab.enrol('alice', totp)
    const browser = lab.browser()
    expect((await signIn(browser)).body).to.include({ step: 'question' })
    const guess = await browser.post('/api/sign-in/proof', { code: '0000-0000-0000' })
    expect(guess.body).to.include({ step: 'proof', wrong: true })
    const proven = await browser.post('/api/sign-in/proof', { code: await makeCode() })
    expect(proven.body).to.deep.equal({ step: 'in', session: 'setup' })
    const begun = await browser.post('/api/setup/begin', setUp)
    const done = await browser.post('/api/setup/prove', { codes: [codeOf(begun)] })
    expect(done.body).to.include({ step: 'done' })
    expect((await list()).filter(({ method }) => method === 'totp')).to.have.length(2)
  })

  it('keeps a session that may only set something up from everything else', async () => {
    settings.networks = ['127.0.0.0/8']
    const browser = lab.browser()
    await signIn(browser)
    for (const path of ['/api/sessions', '/api/sign-ins', '/api/devices']) {
      expect((await browser.get(path)).status, path).to.be.oneOf([401, 404])
    }
    const change = { change: { change: 'remove', id: 'x' } }
    expect((await browser.post('/api/confirm', change)).status).to.equal(401)
  })

  it('adds one more after a second factor for that alone, by strength', async () => {
    const own = await lab.enrol('alice', sms)
    const browser = lab.browser()
    const asked = await signIn(browser)
    const { options } = Object(asked.body.question) as { options: { answer: string }[] }
    await browser.post('/api/sign-in/answer', { answer: options[0]?.answer ?? '' })
    const answer = () => ({ answer: lab.world.sms.lastCode() })
    expect((await browser.post('/api/sign-in/answer', answer())).body).to.include({ step: 'in' })
    const refused = await browser.post('/api/setup/begin', setUp)
    expect(refused.status, 'not without a second factor').to.equal(400)

    const confirm = async (change: object) => {
      await browser.post('/api/confirm', { change })
      await browser.post('/api/confirm/answer', { answer: options[0]?.answer ?? '' })
      return browser.post('/api/confirm/answer', answer())
    }
    const removal = await confirm({ change: 'remove', id: own.id })
    expect(removal.body, 'the last one').to.include({ step: 'refused', reason: 'setup-last-one' })
    const begun = await confirm({ change: 'add', setup: 'app' })
    const { result } = begun.body as { result: { kind: string; pending: unknown } }
    expect(result).to.include({ kind: 'pending' })
    const done = await browser.post('/api/setup/prove', {
      codes: [codeOf({ ...begun, body: { pending: result.pending } })],
    })
    expect(done.body).to.include({ step: 'done' })
    expect((await list()).map(({ method }) => method)).to.have.members(['sms', 'totp'])
    const app = (await list()).find(({ method }) => method === 'totp')
    const weak = await confirm({ change: 'remove', id: app?.id ?? '' })
    expect(weak.body).to.include({ step: 'refused', reason: 'setup-too-weak' })
  })
})
