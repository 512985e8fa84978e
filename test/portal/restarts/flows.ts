import type {
  ChangeRequest,
  Me,
  Question,
  SetupStep,
  SignInStep,
} from '../../../src/web/people/contract.ts'
import { codeOf } from '../../lab/service-config.ts'
import type { PortalBrowser } from '../portal-browser.ts'

/** Someone who takes a flow, and what they have at hand. */
export type Person = {
  readonly name: string
  readonly browser: PortalBrowser
  /** What their app shows next: each code works once. */
  code(): string
  /** The next code that reaches their phone. */
  text(): Promise<string>
  /** Presses # if the phone rings while this is under way. */
  approveDuring<Result>(work: Promise<Result>): Promise<Result>
  /** A code of the list on paper. */
  readonly listed: string
  /** The one that the helpdesk has made. */
  readonly helpdeskCode: string
}

export type Has = 'app' | 'sms' | 'call' | 'recovery' | 'helpdesk-code'

/** One thing that people do at the portal, from the password on. Gives what it comes to. */
export type Flow = {
  readonly name: string
  /** What the person has before. */
  readonly has: readonly Has[]
  take(person: Person): Promise<unknown>
  /**
   * Requests after which something is in memory alone: a restart there ends the flow, and the page says so (RULES 22).
   */
  readonly losesAfter?: readonly number[]
}

export const password = 'the right one'
export const newPhone = '+31612349999'

export const flows: readonly Flow[] = [
  {
    name: 'sign-in-by-app',
    has: ['app'],
    take: async (person) => page(await signInByApp(person)),
  },
  {
    name: 'sign-in-by-text',
    has: ['sms'],
    async take(person) {
      const { browser } = person
      await answerByText(person, await start(person), browser.answer)
      return page(await browser.me())
    },
  },
  {
    name: 'sign-in-by-call',
    has: ['call'],
    async take(person) {
      const { browser } = person
      await choose(await start(person), 'call', browser.answer)
      isIn(await person.approveDuring(browser.answer('')))
      return page(await browser.me())
    },
    // The call ends with the process that made it.
    losesAfter: [1],
  },
  {
    name: 'sign-in-by-list',
    has: ['sms', 'recovery'],
    async take(person) {
      const { browser } = person
      await start(person)
      isIn(await browser.answer(person.listed))
      return page(await browser.me())
    },
  },
  {
    name: 'first-app',
    has: ['helpdesk-code'],
    async take(person) {
      const { browser } = person
      await browser.signIn(person.name, password)
      await showHelpdeskCode(person)
      const pending = pendingOf(await browser.beginSetup({ setup: 'app', label: 'Mine' }))
      if (pending.setup !== 'app') throw new Stopped(pending)
      isDone(await browser.prove(codeOf(pending.secret.replaceAll(' ', ''))))
      return page(await browser.me())
    },
  },
  {
    name: 'first-phone',
    has: ['helpdesk-code'],
    async take(person) {
      const { browser } = person
      await browser.signIn(person.name, password)
      await showHelpdeskCode(person)
      pendingOf(await browser.beginSetup({ setup: 'sms', phone: newPhone }))
      isDone(await browser.prove(await person.text()))
      return page(await browser.me())
    },
  },
  {
    name: 'lost-phone',
    has: ['sms', 'helpdesk-code'],
    async take(person) {
      const { browser } = person
      await start(person)
      await showHelpdeskCode(person)
      const pending = pendingOf(await browser.beginSetup({ setup: 'app' }))
      if (pending.setup !== 'app') throw new Stopped(pending)
      isDone(await browser.prove(codeOf(pending.secret.replaceAll(' ', ''))))
      return page(await browser.me())
    },
  },
  {
    name: 'rename',
    has: ['app'],
    async take(person) {
      const { browser } = person
      const { id = '' } = (await signInByApp(person)).authenticators[0] ?? {}
      await confirmByApp(person, { change: 'rename', id, label: 'Renamed' })
      return page(await browser.me())
    },
  },
  {
    name: 'add-phone',
    has: ['app'],
    async take(person) {
      const { browser } = person
      await signInByApp(person)
      const change = { change: 'add', setup: 'sms', phone: newPhone } as const
      const step = await confirmByApp(person, change)
      if (step.step !== 'done' || step.result.kind !== 'pending') throw new Stopped(step)
      isDone(await browser.prove(await person.text()))
      return page(await browser.me())
    },
  },
  {
    name: 'change-password',
    has: ['app'],
    async take(person) {
      await signInByApp(person)
      const change = { change: 'password', current: password, chosen: 'another one' } as const
      return confirmByApp(person, change)
    },
    // The two passwords wait for the second factor in memory alone.
    losesAfter: [4],
  },
  {
    name: 'not-me',
    has: ['app'],
    async take(person) {
      const { browser } = person
      await signInByApp(person)
      const [last] = (await browser.signIns()).items
      await confirmByApp(person, { change: 'not-me', signIn: last?.id ?? '' })
      return page(await browser.me())
    },
  },
  {
    name: 'export',
    has: ['app'],
    async take(person) {
      await signInByApp(person)
      const { status, body } = await person.browser.send<object>('GET', '/api/export')
      return { status, parts: Object.keys(body) }
    },
  },
]

/** The portal has said what cannot go on. */
export class Stopped extends Error {
  readonly step: unknown

  constructor(step: unknown) {
    super(`stopped with ${JSON.stringify(step)}`)
    this.step = step
  }
}

async function signInByApp(person: Person): Promise<Me> {
  const { browser } = person
  await start(person)
  isIn(await browser.answer(person.code()))
  return browser.me()
}

async function start({ browser, name }: Person): Promise<Question> {
  return questionOf(await browser.signIn(name, password))
}

async function showHelpdeskCode({ browser, helpdeskCode }: Person): Promise<void> {
  const step = await browser.proof(helpdeskCode)
  if (step.step !== 'in' || step.session !== 'setup') throw new Stopped(step)
}

async function confirmByApp(person: Person, change: ChangeRequest): Promise<SignInStep> {
  const { browser } = person
  questionOf(await browser.confirm(change))
  const step = await browser.confirmAnswer(person.code())
  if (step.step === 'refused' && step.reason !== 'not-permitted') throw new Stopped(step)
  return step
}

async function answerByText(
  person: Person,
  question: Question,
  answer: PortalBrowser['answer'],
): Promise<void> {
  await choose(question, 'sms', answer)
  isIn(await answer(await person.text()))
}

/** Has the phone asked, where the portal has not begun with it. */
async function choose(
  { asks, options }: Question,
  method: 'sms' | 'call',
  answer: PortalBrowser['answer'],
): Promise<void> {
  const option = options.find((each) => each.method === method)
  if (asks === 'choose' && option !== undefined) questionOf(await answer(option.answer))
}

function questionOf(step: SignInStep): Question {
  if (step.step !== 'question') throw new Stopped(step)
  return step.question
}

function pendingOf(step: SetupStep) {
  if (step.step !== 'pending') throw new Stopped(step)
  return step.pending
}

function isIn(step: SignInStep): void {
  if (step.step !== 'in') throw new Stopped(step)
}

function isDone(step: SetupStep): void {
  if (step.step !== 'done') throw new Stopped(step)
}

/** What the person sees of themselves, without what differs each time. */
function page({ session, authenticators }: Me) {
  return { session, ways: authenticators.map(({ setup, label }) => ({ setup, label })) }
}
