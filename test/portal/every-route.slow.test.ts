import { expect } from 'chai'
import type { ApiProblem, SignInStep } from '../../src/web/people/contract.ts'
import { openGateway } from '../lab/gateway.ts'
import { gatewayConfig, seedOf } from '../lab/service-config.ts'
import type { PortalAnswer, PortalBrowser, PortalMethod } from './portal-browser.ts'
import { helpdeskCode, type PortalService, signInBob, startPortal } from './portal-service.ts'
import { type PortalRoute, portalRoutes } from './route-table.ts'

/** Everything that is set up for rich, and what the directory has of them. */
const rich = {
  password: 'treasure',
  display_name: 'Richard Roe',
  email: 'richard.roe@corp.example',
  groups: ['Treasurers'],
  phones: ['+31612340041'],
}
const own = { sms: '+31612340052', call: '+31612340063' }
const pin = '739155'
const victims = [
  ['rich', rich.password],
  ['alice', 'wonderland'],
  ['dave', 'diver'],
] as const

/** What none of them tells anyone who has the password alone. */
const secrets = [
  ...[rich.display_name, 'richard', 'Treasurers', 'people:', 'Golden phone', 'Old phone', pin],
  ...[own.sms, own.call, ...rich.phones].map((phone) => phone.slice(0, -2)),
  seedOf('rich'),
]

/** Signatures of no one's passkey, as a browser would send them. */
const clientData = Buffer.from(
  JSON.stringify({ type: 'webauthn.get', challenge: 'AAAA', origin: 'http://localhost' }),
).toString('base64url')
const signatures = ['', 'not base64', clientData].map((clientDataJSON) => ({
  passkey: { id: 'AA', rawId: 'AA', type: 'public-key', response: { clientDataJSON } },
}))

const answers = ['', '000000', '0', '9', 'sms', 'email', 'email1', 'recovery', 'call9', '0#', '#']
/** What a thief sends to addresses that are open to everyone, over and over. A new open address needs a line here. */
const open: Readonly<Record<string, readonly object[]>> = {
  '/api/look': [],
  '/api/look/logo': [],
  '/api/passkey/begin': [{}],
  '/api/phone/pair': victims.map(([name]) => ({ name, code: 'AAAA-AAAA', key: 'AAAA' })),
  '/api/phone/paired': [{ token: 'AAAA' }],
  '/api/phone/prompt': [{ phone: 'any', atMs: 0, signature: 'AAAA' }],
  '/api/phone/bell': [
    { phone: 'any', atMs: 0, signature: 'AAAA' },
    {
      ...{ phone: 'any', atMs: 0, signature: 'AAAA' },
      subscription: { endpoint: 'https://127.0.0.1/', p256dh: 'AAAA', auth: 'AAAA' },
    },
  ],
  '/api/phone/stream': [{ phone: 'any', atMs: 0, signature: 'AAAA' }],
  '/api/phone/receipt': [
    { phone: 'any', prompt: 'any', receipt: 'opened', signature: 'AAAA' },
    { phone: 'any', prompt: 'any', receipt: 'shown', signature: 'AAAA' },
  ],
  '/api/phone/begin': [
    { phone: 'any', atMs: 0, signature: 'AAAA', prompt: 'any', answer: 'approve' },
  ],
  '/api/phone/ask-again': [{ phone: 'any', atMs: 0, signature: 'AAAA', pause: 'any' }],
  '/api/phone/changes': [{ phone: 'any', atMs: 0, signature: 'AAAA' }],
  '/api/phone/not-me': [{ phone: 'any', atMs: 0, signature: 'AAAA', change: 'any' }],
  '/api/phone/answer': [
    { phone: 'any', prompt: 'any', challenge: 'AAAA', signature: 'AAAA', number: '00' },
  ],
  '/api/prompt/answer': signatures.map((each) => ({ prompt: 'any', ...each })),
  '/api/sign-in/passkey': signatures,
  '/api/sign-in/signed': signatures,
  '/api/sign-in': victims.map(([name, password]) => ({ name, password })),
  '/api/sign-in/answer': answers.map((answer) => ({ answer })),
  '/api/sign-in/cancel': [{}],
  '/api/sign-in/new-password': [{ password: 'of-the-thief' }],
  '/api/sign-in/proof': [
    ...['AAAA-AAAA-AAAA', '', '000000'].map((code) => ({ code })),
    ...['sms', 'sms1', 'call', 'call1', 'email'].map((send) => ({ send })),
  ],
  '/api/sign-out': [{}],
  '/api/*': [{}],
  '/*': [],
  '/assets/*': [],
  '/problem.css': [],
  '/manifest.webmanifest': [],
}

/** What the owner would send to the others. */
const bodies: Readonly<Record<string, readonly object[]>> = {
  '/api/confirm': [
    { change: { change: 'add', setup: 'app' } },
    { change: { change: 'erase' } },
    { change: { change: 'password', current: rich.password, chosen: 'of-the-thief' } },
  ],
  '/api/confirm/answer': [{ answer: '' }, { answer: '000000' }],
  '/api/setup/begin': [
    { setup: { setup: 'app' } },
    { setup: { setup: 'sms', phone: '+31612349999' } },
  ],
  '/api/setup/prove': [{ codes: ['000000'] }],
  '/api/language': [{ language: 'nl' }],
  '/api/try': [{ id: 'directory:sms:+31612340041' }],
}

const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
const takesBody = (method: string) => method !== 'GET' && method !== 'HEAD'
const isOpen = ({ access, url }: PortalRoute) => access === 'open' || !url.startsWith('/api/')

// The stranger has a right password and nothing else, and goes through every address that there is (PEOPLE R2, R5, R20).
describe('a stranger with a right password, at every address of the portal', function () {
  this.timeout(300_000)
  let portal: PortalService
  let routes: readonly PortalRoute[] = []

  before(async () => {
    routes = (await portalRoutes()).filter(({ method }) => methods.includes(method))
    portal = await startPortal(
      { gateways: { menu: gatewayConfig('menu', { flow: 'challenge' }) } },
      { rich },
    )
    const add = (authenticator: object) =>
      portal.administer('authenticator.add', { name: 'rich', authenticator })
    await add({ method: 'totp', seed: seedOf('rich'), label: 'Golden phone' })
    await add({ method: 'sms', phone: own.sms, label: 'Old phone' })
    await add({ method: 'call', phone: own.call, pin })
    await add({ method: 'recovery' })
  })
  after(() => portal?.stop())

  async function doorsOf(name: string): Promise<unknown> {
    await portal.administer('user.unlock', { name })
    const shown = (await portal.administer('user.show', { name })) as Record<string, unknown>
    return { state: shown.state, ways: shown.authenticators }
  }

  /** Asks again where the portal wants the stranger to be slower. */
  async function send(
    browser: PortalBrowser,
    method: string,
    path: string,
    body?: object,
  ): Promise<PortalAnswer<Partial<SignInStep & ApiProblem>>> {
    for (;;) {
      const answer = await browser.send<SignInStep & ApiProblem>(method as PortalMethod, path, body)
      if (answer.status !== 429) return answer
      const seconds = Number(answer.headers['retry-after'])
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
    }
  }

  /** The stranger signs in as far as they get. */
  async function begin(name: string, password: string): Promise<PortalBrowser> {
    const browser = portal.open()
    const { body } = await send(browser, 'POST', '/api/sign-in', { name, password })
    expect(body.step).to.be.oneOf(['question', 'proof'])
    return browser
  }

  async function isNobody(browser: PortalBrowser): Promise<boolean> {
    const { status } = await send(browser, 'GET', '/api/me')
    return !browser.cookies.has('holdfast') && status === 401
  }

  const pathOf = (url: string) => url.replace('*', 'none')

  it('has the whole table of addresses: one that is open to everyone has its attack here', () => {
    expect(routes.length).to.be.greaterThan(20)
    const opened = new Set(routes.filter(isOpen).map(({ url }) => url))
    expect([...opened]).to.have.members(Object.keys(open))
  })

  for (const [name, password] of victims) {
    it(`is signed out as ${name} wherever a session is asked for`, async () => {
      const before = await doorsOf(name)
      for (const { method, url } of routes.filter((route) => !isOpen(route))) {
        const browser = await begin(name, password)
        // A step is not a session, under whatever name it comes.
        const step = browser.cookies.get('holdfast-step') ?? ''
        const posing = portal.open(new Map([['holdfast', step]]))
        for (const body of takesBody(method) ? (bodies[url] ?? [{}]) : [undefined]) {
          for (const each of [browser, posing]) {
            const answer = await send(each, method, url, body)
            const told = `${method} ${url} ${JSON.stringify(answer.body)}`
            expect(answer.status, told).to.equal(401)
            if (method !== 'HEAD') expect(answer.body, told).to.include({ problem: 'signed-out' })
          }
        }
        await portal.administer('user.unlock', { name })
      }
      expect(await doorsOf(name)).to.deep.equal(before)
    })

    it(`gets nowhere as ${name} at the addresses that are open, and learns nothing`, async () => {
      const before = await doorsOf(name)
      for (const { method, url } of routes.filter(isOpen)) {
        const browser = await begin(name, password)
        for (const body of takesBody(method) ? (open[url] ?? []) : [undefined]) {
          const answer = await send(browser, method, pathOf(url), body)
          const text = JSON.stringify(answer.body)
          expect(text, `${method} ${url}`).to.not.match(/"step":"(?:in|done|new-password)"/)
          for (const secret of secrets)
            expect(text.toLowerCase(), `${method} ${url}`).to.not.include(secret.toLowerCase())
          expect(await isNobody(browser), `${method} ${url}`).to.equal(true)
        }
        await portal.administer('user.unlock', { name })
      }
      expect(await doorsOf(name)).to.deep.equal(before)
    })
  }

  it('has owners whose browsers change nothing with GET, whatever link they follow (PEOPLE R26)', async () => {
    const code = await helpdeskCode(portal, 'dave')
    const dave = await begin('dave', 'diver')
    const bob = portal.open()
    await signInBob(portal, bob)
    const before = [await doorsOf('bob'), await doorsOf('dave')]
    const given = `?code=${code}&answer=${code}&change=erase&id=1`
    for (const url of new Set(routes.map((route) => route.url))) {
      for (const method of ['GET', 'HEAD']) {
        await send(bob, method, pathOf(url) + given)
        await send(dave, method, pathOf(url) + given)
      }
    }
    expect([await doorsOf('bob'), await doorsOf('dave')]).to.deep.equal(before)
    expect((await send(bob, 'GET', '/api/me')).status, 'bob is signed in').to.equal(200)
    expect(await dave.proof(code)).to.deep.equal({ step: 'in', session: 'setup' })
  })

  it('has nothing sent or rung but by the ways that their owner has set up', async () => {
    // Notices of changes have no code.
    const messages = (await portal.phone.list()).filter(
      ({ code, kind }) => code !== undefined || kind === 'call',
    )
    const toRich = messages.filter(({ user }) => user === 'rich').map(({ to }) => to)
    for (const to of toRich) expect(to).to.be.oneOf([own.sms, own.call])
    for (const { user } of messages) expect(user).to.not.be.oneOf(['alice', 'dave'])
  })

  it('learns of the ways of rich only what the menu of a gateway says', async () => {
    const gateway = await openGateway({ port: portal.now().port })
    const menu = await gateway.signIn({ user: 'rich', password: rich.password, nas: 'menu' })
    gateway.close()
    const login = { name: 'rich', password: rich.password }
    const { body } = await send(portal.open(), 'POST', '/api/sign-in', login)
    if (body.step !== 'question' || body.question === undefined)
      throw new Error(JSON.stringify(body))
    const { options } = body.question
    expect(options).to.not.deep.equal([])
    for (const { to } of options) expect(menu?.message).to.include(to)
    expect(body.question).to.have.all.keys('asks', 'canType', 'options', 'untilMs')
  })
})
