import type {
  AuthenticatorStore,
  BellStore,
  PushAuthenticator,
  Receipt,
} from '../../accounts/index.ts'
import type { PushDelivery, PushResult } from '../../delivery/index.ts'
import type { PromptRequest, Texts } from '../../signin/index.ts'
import { type Clock, createRateLimit } from '../../support/index.ts'

/** Tells phones that a sign-in waits for them. */
export type Bell = {
  /** Rings all phones of the person. Returns at once and never throws: a person who has the page open needs no bell. */
  ring(request: Bellable, signal: AbortSignal): void
  /**
   * Tells these phones, once, that something was changed about how their person signs in. Their page shows what it is.
   */
  tell(phones: readonly PushAuthenticator[], language: string | undefined): void
}

type Bellable = Pick<PromptRequest, 'id' | 'user' | 'language' | 'deadlineMs'>

export type BellParts = {
  readonly push: PushDelivery
  readonly authenticators: Pick<AuthenticatorStore, 'list' | 'endSubscription'>
  readonly bells: Pick<BellStore, 'note'>
  readonly texts: Texts
  readonly clock: Clock
  /** Address of the page that a phone opens. */
  readonly page: string
  /** Whether the prompt still waits for an answer. */
  isOpen(userKey: string, promptId: string): Promise<boolean>
  /** Called with the result; `userKey` is the person whose phone it is. Must not throw. */
  readonly onResult: (result: PushResult, userKey: string) => void
  /** A push service has taken it, which does not say that the phone shows it. */
  readonly onAccepted: (rung: Receipt) => Promise<void>
  readonly onError: (error: unknown) => void
}

/** A phone in deep sleep loses a notification with a shorter life. */
const leastTtlSeconds = 60
/** A phone that is off is told of a change when it is on again. */
const changeTtlSeconds = 86_400
/** A newer change takes the place of one that has not arrived. */
const changeTopic = 'changes'
/** Its page shows all of them: a thief who makes a hundred lets the phone ring once a minute. */
const changeRate = { intervalMs: 60_000, maxKeys: 10_000 } as const
/** Doubled with each try. */
const firstRetryMs = 2_000

/** What a notification may say: none of it depends on whose phone it is. */
export const bellTexts = {
  prompt: { title: 'bell-title', text: 'bell-text' },
  change: { title: 'bell-change-title', text: 'bell-change-text' },
} as const

export function createBell(parts: BellParts): Bell {
  const { authenticators, bells, clock, push } = parts
  const changes = createRateLimit(clock, changeRate)

  async function ringAll(request: Bellable, signal: AbortSignal): Promise<void> {
    const enrolled = await authenticators.list(request.user.key)
    const phones = enrolled.filter((each) => each.method === 'push')
    await Promise.all(phones.map((phone) => ringOne(phone, request, signal)))
  }

  /**
   * Tries for as long as the prompt waits. A service that is down ends no prompt: its page works without it (RULES 23).
   */
  async function ringOne(
    phone: PushAuthenticator,
    request: Bellable,
    signal: AbortSignal,
  ): Promise<void> {
    const { subscription } = phone
    if (subscription === undefined) return
    for (let retryMs = firstRetryMs; ; retryMs *= 2) {
      const result = await push.send(
        {
          subscription,
          text: textOf('prompt', request.id, request.language, parts),
          ttlSeconds: ttlOf(request, clock),
          topic: request.id,
        },
        signal,
      )
      await note(phone, request, result)
      if (result.kind !== 'later') return
      const waitMs = Math.max(result.retryAfterMs ?? 0, retryMs)
      if (clock.nowMs() + waitMs >= request.deadlineMs) return
      await pause(clock, waitMs, signal)
      if (signal.aborted || !(await parts.isOpen(request.user.key, request.id))) return
    }
  }

  /** One try: the page of the phone shows the change in any case. */
  async function tellOne(phone: PushAuthenticator, language: string | undefined): Promise<void> {
    const { subscription } = phone
    if (subscription === undefined) return
    const { signal } = new AbortController()
    const text = textOf('change', changeTopic, language, parts)
    const message = { subscription, text, ttlSeconds: changeTtlSeconds, topic: changeTopic }
    await heed(phone, await push.send(message, signal))
  }

  async function note(phone: PushAuthenticator, { id }: Bellable, result: PushResult) {
    const { id: phoneId, userKey } = phone
    const atMs = clock.nowMs()
    await heed(phone, result)
    const { answer, service } = result
    if (result.kind === 'accepted') await parts.onAccepted({ promptId: id, phoneId, userKey })
    await bells.note({ promptId: id, phoneId, userKey, service, atMs, answer })
  }

  async function heed({ id, subscription, userKey }: PushAuthenticator, result: PushResult) {
    parts.onResult(result, userKey)
    if (result.kind !== 'gone' || subscription === undefined) return
    await authenticators.endSubscription(id, subscription.endpoint, clock.nowMs())
  }

  return {
    ring(request, signal) {
      void ringAll(request, signal).catch(parts.onError)
    },
    tell(phones, language) {
      for (const phone of phones) {
        if (changes.admit(phone.id) === undefined) continue
        void tellOne(phone, language).catch(parts.onError)
      }
    },
  }
}

/**
 * A fixed text, and for a prompt its id: anyone who reads it learns no number, no code and no place (PEOPLE R14). The
 * form is the declarative one, which Safari shows also where the worker of the page fails.
 */
function textOf(
  about: keyof typeof bellTexts,
  tag: string,
  language: string | undefined,
  { page, texts }: BellParts,
): string {
  const { text, title } = bellTexts[about]
  return JSON.stringify({
    web_push: 8030,
    notification: {
      title: texts.text(title, language),
      body: texts.text(text, language),
      navigate: page,
      tag,
    },
    mutable: true,
  })
}

function ttlOf({ deadlineMs }: Bellable, clock: Clock): number {
  return Math.max(leastTtlSeconds, Math.ceil((deadlineMs - clock.nowMs()) / 1_000))
}

function pause(clock: Clock, waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(waitMs, resolve)
    signal.addEventListener(
      'abort',
      () => {
        timer.cancel()
        resolve()
      },
      { once: true },
    )
  })
}
