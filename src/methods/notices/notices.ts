import type {
  Authenticator,
  AuthenticatorStore,
  ChangedBy,
  LimitStore,
  Notices,
  PersonChange,
  PhoneNotice,
  PhoneNoticeStore,
  PushAuthenticator,
  ToldPerson,
  User,
} from '../../accounts/index.ts'
import type { Manager, NoticeMethod, SendResult, Texts } from '../../signin/index.ts'
import { type Clock, messageOf } from '../../support/index.ts'
import type { Bell } from '../phones/bell.ts'
import { writeAlert } from './alert.ts'
import { takeBell, takeNotice } from './limits.ts'
import { writeForManager } from './manager.ts'
import { type Addressee, createOutbox, type NoticeFate } from './outbox.ts'
import { noticeForPhones } from './phones.ts'
import { waysOf } from './ways.ts'
import { type Message, type NoticeContact, writeMail, writeText } from './wording.ts'

/** What follows from the configuration in use: asked for again for each message. */
export type NoticeSettings = {
  readonly methods: ReadonlyMap<string, NoticeMethod>
  readonly texts: Texts
  readonly contact: NoticeContact
  /** Mail addresses that get reports. */
  readonly security: readonly string[]
  /** Texts in all, in a day. */
  readonly textsPerDay: number
}

export type NoticeParts = {
  readonly clock: Clock
  readonly authenticators: Pick<AuthenticatorStore, 'list'>
  readonly limits: LimitStore
  /** What the pages of phones show. */
  readonly phoneNotices: Pick<PhoneNoticeStore, 'add'>
  /** Rings phones for a change; undefined where they get no notifications. */
  readonly bell: () => Pick<Bell, 'tell'> | undefined
  readonly settings: () => NoticeSettings
  /** What the directory says of someone; undefined where it cannot tell. Never rejects. */
  readonly lookUp: (userKey: string, signal: AbortSignal) => Promise<User | undefined>
  /**
   * Whom the person reports to; undefined where no one needs to be told, or the directory cannot say. Never rejects.
   */
  readonly managerOf: (userKey: string, signal: AbortSignal) => Promise<Manager | undefined>
  /** The language that the person has chosen, if any. */
  readonly languageOf: (userKey: string) => Promise<string | undefined>
  readonly observer: {
    onFate(fate: NoticeFate): void
    /** No way reaches this person. */
    onNoWay(userName: string): void
    onError(error: unknown): void
  }
}

/** The notices of a service: `stop` gives what is being sent a moment to end. */
export type NoticeService = Notices & { stop(): Promise<void> }

const lookUpMs = 10_000

/** Tells people what has changed about their way in, by every way that reaches them (PEOPLE R7). */
export function createNotices(parts: NoticeParts): NoticeService {
  const { authenticators, clock, limits, observer, settings } = parts
  const outbox = createOutbox({
    clock,
    maySend: (addressee, grave) =>
      takeNotice(limits, addressee, grave, {
        nowMs: clock.nowMs(),
        perDay: settings().textsPerDay,
      }),
    send: (addressee, message, signal) => send(settings(), addressee, message, signal),
    onFate: observer.onFate,
  })

  /** By mail alone, at once, and whatever the directory and the store say. */
  function alert({ key, name }: ToldPerson, change: PersonChange, by: ChangedBy): void {
    if (change.kind !== 'reported' && change.kind !== 'change-reported') return
    for (const to of settings().security) {
      outbox.add(
        {
          ...{ role: 'security', userKey: key, userName: name, language: undefined },
          way: { by: 'email', to },
        },
        { change, by, atMs: clock.nowMs() },
      )
    }
  }

  async function gather(person: ToldPerson, change: PersonChange, by: ChangedBy): Promise<void> {
    const atMs = clock.nowMs()
    const { methods } = settings()
    const [enrolled, known, chosen] = await Promise.all([
      authenticators.list(person.key),
      person.directory === undefined ? lookUp(person.key) : undefined,
      parts.languageOf(person.key),
    ])
    const full: ToldPerson = { ...known, ...person }
    const ways = waysOf(full, enrolled, change, {
      email: methods.has('email'),
      sms: methods.has('sms'),
    })
    const language = chosen ?? full.language
    const told = { change, by, atMs }
    const notice = noticeForPhones(settings(), language, person.key, enrolled, told)
    if (ways.length === 0 && notice === undefined) observer.onNoWay(person.name)
    if (notice !== undefined) tellPhones(notice, enrolled, language).catch(observer.onError)
    for (const way of ways) {
      outbox.add(
        {
          ...{ role: 'person', userKey: person.key, userName: person.name, language, way },
          shownName: full.displayName || person.name,
        },
        told,
      )
    }
  }

  /** The page of the phone shows it first: a bell that rings for nothing teaches people to ignore it. */
  async function tellPhones(
    notice: PhoneNotice,
    enrolled: readonly Authenticator[],
    language: string | undefined,
  ): Promise<void> {
    await parts.phoneNotices.add(notice)
    const { notForPhone, userKey } = notice
    if (!(await takeBell(limits, userKey, clock.nowMs()))) return
    const phones = enrolled.filter((each) => each.method === 'push' && each.id !== notForPhone)
    parts.bell()?.tell(phones as readonly PushAuthenticator[], language)
  }

  /** By mail alone: a manager is told of a code of the helpdesk, and of nothing else (PEOPLE R4). */
  async function tellManager(person: ToldPerson, change: PersonChange, by: ChangedBy) {
    if (change.kind !== 'helpdesk-code-made' || !settings().methods.has('email')) return
    const atMs = clock.nowMs()
    const manager = await inTime((signal) => parts.managerOf(person.key, signal))
    if (manager === undefined || isOwn(person, manager)) return
    const { email: to, language } = manager
    const { key: userKey, name: userName, displayName: shownName = userName } = person
    const way = { by: 'email', to } as const
    outbox.add(
      { role: 'manager', userKey, userName, shownName, language, way },
      { change, by, atMs },
    )
  }

  const lookUp = (userKey: string) => inTime((signal) => parts.lookUp(userKey, signal))

  async function inTime<Found>(ask: (signal: AbortSignal) => Promise<Found>): Promise<Found> {
    const cancel = new AbortController()
    const timer = clock.after(lookUpMs, () => cancel.abort())
    try {
      return await ask(cancel.signal)
    } finally {
      timer.cancel()
    }
  }

  return {
    tell(person, change, by) {
      alert(person, change, by)
      gather(person, change, by).catch(observer.onError)
      tellManager(person, change, by).catch(observer.onError)
    },
    stop: outbox.stop,
  }
}

/** A person who is their own manager is told anyway. */
function isOwn({ email }: ToldPerson, manager: Manager): boolean {
  return email?.toLowerCase() === manager.email.toLowerCase()
}

async function send(
  { contact, methods, texts }: NoticeSettings,
  { language, role, shownName, userName: user, way }: Addressee,
  message: Message,
  signal: AbortSignal,
): Promise<SendResult> {
  const method = methods.get(way.by)
  if (method === undefined) {
    return { kind: 'failed', detail: `no provider for ${way.by} any more`, outage: false }
  }
  const wording = { texts, language, contact }
  const written = write()
  try {
    return await method.tell({ to: way.to, user, ...written }, signal)
  } catch (error) {
    return { kind: 'failed', detail: messageOf(error), outage: false }
  }

  function write() {
    if (role === 'security') return writeAlert(wording, user, message)
    if (role === 'manager') return writeForManager(wording, shownName ?? user, message)
    if (way.by === 'email') return writeMail(wording, shownName ?? user, message)
    return { subject: '', text: writeText(wording, message) }
  }
}
