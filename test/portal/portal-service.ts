import { expect } from 'chai'
import type { ChangeRequest, SignInStep } from '../../src/web/people/contract.ts'
import { demoPhone } from '../lab/demo-phone.ts'
import { type Service, startService } from '../lab/service.ts'
import {
  administer,
  codeOf,
  lastingConfig,
  type Place,
  type Settings,
  seedOf,
} from '../lab/service-config.ts'
import { countCodes, nextCode } from './codes.ts'
import { type OnAnswer, openPortal, type PortalBrowser } from './portal-browser.ts'

/** A service with a portal whose store outlives the process, so that it can be restarted under its people. */
export type PortalService = {
  /** The process of the moment. */
  readonly now: () => Service
  readonly port: number
  /** A browser that has never been here, or one with someone's cookies. */
  open(stolen?: ReadonlyMap<string, string>, onAnswer?: OnAnswer): PortalBrowser
  readonly phone: ReturnType<typeof demoPhone>
  administer(operation: string, args: unknown): Promise<unknown>
  /** Ends the process, and starts another one on the same store and port. */
  restart(by: 'SIGTERM' | 'SIGKILL', aheadMs?: number): Promise<void>
  stop(): Promise<void>
}

/** alice has an app, bob is sent texts, carol is called, dave has nothing, and `people` neither. No one is asked to wait. */
export async function startPortal(
  more: Settings = {},
  people: Settings = {},
): Promise<PortalService> {
  const yaml = (place: Place) =>
    JSON.stringify({ ...portalConfig(place, place.httpPort, people), ...more })
  let service = await startService(yaml)
  const { httpPort: port } = service
  const enrol = (name: string, authenticator: Settings) =>
    administer(service, [['authenticator.add', { name, authenticator }]])
  await enrol('alice', { method: 'totp', seed: seedOf('alice') })
  await enrol('bob', { method: 'sms', phone: '+31612345678' })
  await enrol('erin', { method: 'sms', phone: '+31612345699' })
  await enrol('ernie', { method: 'sms', phone: '+31612345698' })
  await enrol('carol', { method: 'call', phone: '+31687654321' })

  return {
    now: () => service,
    port,
    open: (stolen, onAnswer) => openPortal(port, stolen, onAnswer),
    phone: demoPhone(port),
    administer: async (operation, args) => (await administer(service, [[operation, args]]))[0],
    async restart(by, aheadMs = 0) {
      await service.stop(by)
      service = await startService(yaml, service, aheadMs)
    },
    async stop() {
      await service.stop()
    },
  }
}

/** A configuration with a portal, which people know by this port. */
export function portalConfig(place: Place, publicPort: number, people: Settings) {
  const base = lastingConfig(place)
  return {
    ...base,
    directories: {
      people: {
        ...base.directories.people,
        users: {
          ...base.directories.people.users,
          erin: { password: 'gardener', phones: ['+31612345699'] },
          ernie: { password: 'gardener' },
          ...people,
        },
      },
    },
    http: { listen: `127.0.0.1:${place.httpPort}` },
    web: {
      people: {
        listen: `127.0.0.1:${place.httpPort}`,
        public_url: `http://localhost:${publicPort}`,
      },
    },
    methods: {
      ...{ sms: { via: 'phone' }, call: { via: 'phone' }, email: { via: 'phone' } },
      // The tests' codes begin with the one before now, which a busy machine may be asked about a step later.
      totp: { window: 2 },
    },
    limits: { prompts_per_user_hour: 200, prompts_per_number_hour: 200 },
  }
}

/** A code that an administrator makes for this person. */
export async function helpdeskCode(portal: PortalService, name: string): Promise<string> {
  const made = await portal.administer('enrolment.code', { name, reason: 'test' })
  return (made as { code: string }).code
}

/** Signs alice in with the code that her app shows so many steps from now; each code works once. */
export async function signInAlice(browser: PortalBrowser, steps = -1): Promise<void> {
  expect(await browser.signIn('alice', 'wonderland')).to.have.property('step', 'question')
  const step = await browser.answer(codeOf(seedOf('alice'), steps))
  expect(step).to.deep.equal({ step: 'in', session: 'whole' })
}

/** Signs bob in by the text that his phone gets. */
export async function signInBob(portal: PortalService, browser: PortalBrowser): Promise<void> {
  const before = await countCodes(portal.phone, 'bob')
  const step = await browser.signIn('bob', 'builder')
  expect(await answerByText(portal, step, browser.answer, before)).to.deep.equal({
    step: 'in',
    session: 'whole',
  })
}

/** Makes a change as bob, with the text that his phone gets for it. */
export async function confirmAsBob(
  portal: PortalService,
  browser: PortalBrowser,
  change: ChangeRequest,
): Promise<SignInStep> {
  const before = await countCodes(portal.phone, 'bob')
  const step = await browser.confirm(change)
  return answerByText(portal, step, browser.confirmAnswer, before)
}

/** Answers a question for bob: has the text sent if it was not, and types its code. */
export async function answerByText(
  portal: PortalService,
  step: SignInStep,
  answer: PortalBrowser['answer'],
  before: number,
): Promise<SignInStep> {
  if (step.step !== 'question') return step
  const { asks, options } = step.question
  const text = options.find(({ method }) => method === 'sms')
  if (asks === 'choose' && text !== undefined) await answer(text.answer)
  return answer(await nextCode(portal.phone, 'bob', before))
}
