// Every page in every state that a person can see, and how to get there.
import type { Page } from 'playwright-core'
import type { Me } from '../../../src/web/people/contract.ts'
import {
  choose,
  look,
  me,
  newcomer,
  pendingApp,
  prompt,
  recoveryCodes,
  ringing,
  sentCode,
  signer,
  soonMs,
  typeCode,
  ways,
} from './fixed-data.ts'
import type { Answers } from './fixed-portal.ts'

export type Scene = {
  readonly name: string
  readonly path: string
  readonly answers?: Answers
  /** From the page at `path` to the state. `button` and `field` go by order, so that they work in every language. */
  readonly act?: (page: Page) => Promise<void>
}

const one = <Body>(body: Body) => ({ body })
const question = (asked: object) => one({ step: 'question', question: asked })

/** Presses the main button of the page. */
const press = (page: Page) => page.locator('main button.main').first().click()
const pick = (page: Page, index: number) => page.locator('main .list .row').nth(index).click()

async function signIn(page: Page): Promise<void> {
  await page.locator('input[name=username]').fill('alice')
  await page.locator('input[name=password]').fill('wonderland')
  await press(page)
}

/** Waits for the heading of the next view. */
async function arrive(page: Page, selector: string): Promise<void> {
  await page.locator(selector).first().waitFor()
}

const setupAnswers = (person: Me = newcomer): Answers => ({ 'GET /api/me': one(person) })

async function startApp(page: Page): Promise<void> {
  await pick(page, 0)
  await arrive(page, '.apps')
  await press(page)
  await arrive(page, 'input[name=code-1]')
}

const pendingApps: Answers = {
  ...setupAnswers(),
  'POST /api/setup/begin': one({ step: 'pending', pending: pendingApp }),
}

const pendingPhone = { setup: 'push', account: 'dave', code: 'K7QM-4TRD', untilMs: soonMs }

export const signInScenes: readonly Scene[] = [
  { name: 'sign-in', path: '/sign-in' },
  {
    name: 'sign-in-refused',
    path: '/sign-in',
    answers: {
      'POST /api/sign-in': one({
        step: 'refused',
        reason: 'credentials',
        text: 'Sign-in failed. Check your name, password and code, and try again.',
        reference: '7KQ2',
      }),
    },
    act: async (page) => {
      await signIn(page)
      await arrive(page, '.notice.bad')
    },
  },
  {
    name: 'question-choose',
    path: '/sign-in',
    answers: { 'POST /api/sign-in': question(choose) },
    act: async (page) => {
      await signIn(page)
      await arrive(page, 'main .list')
    },
  },
  {
    name: 'question-code',
    path: '/sign-in',
    answers: { 'POST /api/sign-in': question({ ...typeCode, wrong: true }) },
    act: async (page) => {
      await signIn(page)
      await arrive(page, 'input[name=code]')
    },
  },
  {
    name: 'question-sent',
    path: '/sign-in',
    answers: { 'POST /api/sign-in': question(sentCode) },
    act: async (page) => {
      await signIn(page)
      await page.locator('summary').first().click()
    },
  },
  {
    name: 'question-call',
    path: '/sign-in',
    answers: {
      'POST /api/sign-in': question(ringing),
      'POST /api/sign-in/answer': () => undefined,
    },
    act: async (page) => {
      await signIn(page)
      await arrive(page, '.ringing')
    },
  },
  {
    name: 'expired-password',
    path: '/sign-in',
    answers: { 'POST /api/sign-in': one({ step: 'new-password', text: '' }) },
    act: async (page) => {
      await signIn(page)
      await arrive(page, 'input[name=new-password]')
    },
  },
  {
    name: 'proof',
    path: '/sign-in#code=ABCD-EFGH-JKLM',
    answers: { 'POST /api/sign-in': one({ step: 'proof', proofs: [{ proof: 'helpdesk-code' }] }) },
    act: async (page) => {
      await signIn(page)
      await arrive(page, 'input[name=helpdesk-code]')
    },
  },
  {
    name: 'proof-phone',
    path: '/sign-in',
    answers: {
      'POST /api/sign-in': one({
        step: 'proof',
        proofs: [
          { proof: 'helpdesk-code' },
          { proof: 'directory-phone', phones: [{ answer: '1', method: 'sms', to: '**78' }] },
        ],
      }),
    },
    act: async (page) => {
      await signIn(page)
      await arrive(page, 'main .list')
    },
  },
  {
    name: 'refused',
    path: '/sign-in',
    answers: {
      'POST /api/sign-in': question(typeCode),
      'POST /api/sign-in/answer': one({
        step: 'refused',
        reason: 'too-many-codes',
        text: 'Too many wrong codes. Wait 15 minutes, or ask your helpdesk.',
        reference: '7KQ2',
      }),
    },
    act: async (page) => {
      await signIn(page)
      await page.locator('input[name=code]').fill('000000')
      await press(page)
      await arrive(page, '.sign.bad')
    },
  },
  { name: 'new-phone', path: '/new-phone' },
]

export const setupScenes: readonly Scene[] = [
  { name: 'setup-1-choose', path: '/set-up', answers: setupAnswers() },
  {
    name: 'setup-2-app',
    path: '/set-up',
    answers: setupAnswers(),
    act: async (page) => {
      await pick(page, 0)
      await arrive(page, '.apps')
    },
  },
  {
    name: 'setup-2-number',
    path: '/set-up',
    answers: setupAnswers(),
    act: async (page) => {
      await pick(page, 1)
      await arrive(page, 'input[name=proposed]')
    },
  },
  {
    name: 'setup-2-call',
    path: '/set-up',
    answers: setupAnswers({ ...newcomer, proposedPhones: [] }),
    act: async (page) => {
      await pick(page, 2)
      await arrive(page, 'input[name=phone]')
    },
  },
  {
    name: 'setup-2-device',
    path: '/set-up',
    answers: setupAnswers(),
    act: async (page) => {
      await pick(page, 3)
      await arrive(page, 'input[name=serial]')
    },
  },
  { name: 'setup-3-connect', path: '/set-up', answers: pendingApps, act: startApp },
  {
    name: 'setup-3-call',
    path: '/set-up',
    answers: {
      ...setupAnswers(),
      'POST /api/setup/begin': one({
        step: 'pending',
        pending: { setup: 'call', to: '**78', untilMs: soonMs },
      }),
      'POST /api/setup/prove': () => undefined,
    },
    act: async (page) => {
      await pick(page, 2)
      await arrive(page, 'input[name=proposed]')
      await press(page)
      await arrive(page, '.countdown')
    },
  },
  {
    name: 'setup-1-choose-signing',
    path: '/set-up',
    answers: setupAnswers({ ...newcomer, setups: signer.setups }),
  },
  {
    name: 'setup-3-pair',
    path: '/set-up',
    answers: {
      ...setupAnswers({ ...newcomer, setups: ['push'] }),
      'POST /api/setup/begin': one({ step: 'pending', pending: pendingPhone }),
      'POST /api/setup/prove': () => undefined,
    },
    act: async (page) => {
      await pick(page, 0)
      await press(page)
      await arrive(page, '.scan')
    },
  },
  {
    name: 'setup-3-pair-check',
    path: '/set-up',
    answers: {
      ...setupAnswers({ ...newcomer, setups: ['push'] }),
      'POST /api/setup/begin': one({
        step: 'pending',
        pending: {
          ...pendingPhone,
          phone: { name: 'Chrome on Android', address: '203.0.113.9' },
        },
      }),
    },
    act: async (page) => {
      await pick(page, 0)
      await press(page)
      await arrive(page, 'input')
    },
  },
  {
    name: 'setup-3-two-codes',
    path: '/set-up',
    answers: {
      ...setupAnswers(),
      'POST /api/setup/begin': one({
        step: 'pending',
        pending: { setup: 'token', serial: 'GAHT-10443', untilMs: soonMs },
      }),
    },
    act: async (page) => {
      await pick(page, 3)
      await page.locator('input[name=serial]').fill('GAHT-10443')
      await press(page)
      await arrive(page, 'input[name=code-2]')
    },
  },
  {
    name: 'setup-4-recovery',
    path: '/set-up',
    answers: {
      ...pendingApps,
      'POST /api/setup/prove': one({
        step: 'done',
        result: { kind: 'added', authenticator: ways[0], codes: recoveryCodes },
      }),
    },
    act: async (page) => {
      await startApp(page)
      await page.locator('input[name=code-1]').fill('123456')
      await press(page)
      await arrive(page, '.codes')
    },
  },
]

export const insideScenes: readonly Scene[] = [
  { name: 'home', path: '/' },
  { name: 'home-signing', path: '/', answers: { 'GET /api/me': one(signer) } },
  {
    name: 'add-signing',
    path: '/add',
    answers: { 'GET /api/me': one({ ...signer, authenticators: ways.slice(0, 1) }) },
  },
  { name: 'way-passkey', path: '/ways/passkey-1', answers: { 'GET /api/me': one(signer) } },
  {
    name: 'home-one-way',
    path: '/',
    answers: { 'GET /api/me': one({ ...me, authenticators: ways.slice(0, 1) }) },
  },
  { name: 'way', path: '/ways/call-1' },
  { name: 'way-shown-to-agent', path: '/ways/token-1' },
  { name: 'way-phone', path: '/ways/call-1/phone' },
  { name: 'way-remove', path: '/ways/app-1/remove' },
  { name: 'add', path: '/add' },
  {
    name: 'confirm',
    path: '/ways/app-1/remove',
    answers: { 'POST /api/confirm': question(typeCode) },
    act: async (page) => {
      await page.locator('.button.danger').click()
      await arrive(page, '.about-change')
    },
  },
  {
    name: 'removed',
    path: '/ways/app-1/remove',
    answers: { 'POST /api/confirm': one({ step: 'done', result: { kind: 'changed' } }) },
    act: async (page) => {
      await page.locator('.button.danger').click()
      await arrive(page, '.notice.good')
    },
  },
  {
    name: 'new-phone-signed-in',
    path: '/',
    act: async (page) => {
      await page.locator('.below a').click()
      await arrive(page, '.back-link')
    },
  },
  { name: 'activity', path: '/activity' },
  { name: 'not-me', path: '/activity/s1/not-me' },
  { name: 'account', path: '/account' },
  { name: 'sessions', path: '/account/sessions' },
  { name: 'devices', path: '/account/devices' },
  { name: 'password', path: '/account/password' },
  { name: 'language', path: '/account/language' },
  { name: 'data', path: '/account/data' },
  { name: 'erase', path: '/account/data/erase' },
]

export const endScenes: readonly Scene[] = [
  { name: 'signed-out', path: '/signed-out' },
  { name: 'not-found', path: '/no-such-page' },
  {
    name: 'session-ended',
    path: '/',
    answers: { 'GET /api/me': { status: 401, body: { problem: 'signed-out', text: '' } } },
  },
  {
    name: 'store-failed',
    path: '/',
    answers: { 'GET /api/me': { status: 503, body: { problem: 'store-failed', text: '' } } },
  },
  {
    name: 'demo',
    path: '/sign-in',
    answers: {
      'GET /api/look': one({ ...look, company: 'Holdfast', colour: undefined, isDemo: true }),
    },
  },
]

/** By the clock of the server, which is this one. */
const now = (shown: object) => () => one({ ...shown, nowMs: Date.now() })
const onPage = (shown: object): Answers => ({ 'GET /api/prompt': now(shown) })

/** What a page needs to become a phone. It stays one, so these come last. */
const paired: Answers = {
  'POST /api/phone/pair': one({ step: 'confirm', token: 'AAAA', check: '42', untilMs: soonMs }),
  'POST /api/phone/paired': one({
    step: 'paired',
    phone: 'phone-1',
    seed: Buffer.alloc(20, 1).toString('base64url'),
  }),
}
const pairing = '/pair#name=alice&code=K7QM-4TRD'

export const approvalScenes: readonly Scene[] = [
  {
    name: 'approve',
    path: '/approve',
    answers: onPage({ prompt }),
    act: (page) => arrive(page, '.facts'),
  },
  {
    name: 'approve-on-phone',
    path: '/approve',
    answers: onPage({ prompt: { ...prompt, byPasskey: false, digits: 2, refused: [] } }),
    act: (page) => arrive(page, '.facts'),
  },
  {
    name: 'approve-none',
    path: '/approve',
    answers: onPage({}),
    act: (page) => arrive(page, 'main button.main'),
  },
  {
    name: 'approve-not-me',
    path: '/approve',
    answers: onPage({ prompt }),
    act: async (page) => {
      await page.locator('.row-of-buttons button').click()
      await arrive(page, '.button.danger')
    },
  },
  { name: 'phone-none', path: '/phone', act: (page) => arrive(page, 'main button.main') },
  { name: 'pair', path: '/pair' },
  {
    name: 'pair-iphone',
    path: '/phone',
    act: async (page) => {
      await arrive(page, 'main button.main')
      await page.evaluate(`Object.defineProperty(navigator, 'userAgent', { value: 'iPhone' })`)
      await press(page)
      await arrive(page, '.guide')
    },
  },
  {
    name: 'pair-check',
    path: pairing,
    answers: { ...paired, 'POST /api/phone/paired': one({ step: 'waiting' }) },
    act: async (page) => {
      await press(page)
      await arrive(page, '.big-code')
    },
  },
  {
    name: 'phone-code',
    path: pairing,
    answers: {
      ...{ ...paired, 'POST /api/phone/prompt': now({ step: 'shown' }) },
      'POST /api/phone/bell': one({ step: 'known', state: 'none', key: 'AAAA' }),
    },
    act: async (page) => {
      await press(page)
      await arrive(page, 'section .big-code')
      await arrive(page, 'section .button')
    },
  },
  {
    name: 'phone-prompt',
    path: pairing,
    answers: {
      ...paired,
      'POST /api/phone/prompt': now({ step: 'shown', prompt: { ...prompt, digits: 2 } }),
    },
    act: async (page) => {
      await press(page)
      await arrive(page, 'input[name=number]')
    },
  },
  {
    name: 'phone-prompt-own',
    path: pairing,
    answers: {
      ...paired,
      'POST /api/phone/prompt': now({
        step: 'shown',
        prompt: { ...prompt, digits: 2, isOwn: true },
      }),
    },
    act: async (page) => {
      await press(page)
      await arrive(page, 'input[name=number]')
    },
  },
]

export const scenes: readonly Scene[] = [
  ...signInScenes,
  ...setupScenes,
  ...insideScenes,
  ...endScenes,
  ...approvalScenes,
]

/** Opens a scene and waits until nothing more is loaded. */
export async function show(page: Page, url: string, scene: Scene): Promise<void> {
  // The same address again would be a reload, which stays in the state of its history.
  await page.goto('about:blank')
  await page.goto(url + scene.path)
  await page.locator('h1').waitFor()
  await scene.act?.(page)
}
