import { randomBytes, randomInt } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import {
  type Abandon,
  type Attempt,
  type Credential,
  type GatewayRules,
  type Outcome,
  type SignIn,
  Stop,
  singleRequest,
  type Texts,
} from '../../signin/index.ts'
import { type Clock, Secret } from '../../support/index.ts'
import { addressOf } from '../address-of.ts'
import type { PortalLanguage } from '../people/contract.ts'
import { languageOf } from '../people/language.ts'
import { PortalError, storeProblem } from '../people/problems.ts'
import type { PortalGateways } from './gateways.ts'

/** What a sign-in at the portal works with, of the configuration in use. */
export type PortalSignIn = {
  readonly gateways: PortalGateways
  readonly signIn: SignIn
  readonly abandon: Abandon
  readonly texts: Texts
}

/** One request to the sign-in. */
export type Asking = {
  readonly gateway: GatewayRules
  readonly userName: string
  readonly userKey?: string
  /** Id of the passkey whose signature over this request was right. */
  readonly signedBy?: string
  readonly credential: Credential
  readonly state?: Uint8Array
  /** Network address of the browser. */
  readonly address: string
  /** Of the page. */
  readonly language: PortalLanguage | undefined
}

/** The result of a sign-in, with the id that names this request in the log. */
export type Answer = {
  readonly id: string
  readonly outcome: Exclude<Outcome, { readonly kind: 'drop' }>
}

/** Ends the wait for a person when the service stops, or when someone types. */
export class Wait extends Stop {
  #isOver = false
  #waiting: Parameters<Stop['tell']>[0] = undefined

  override tell(waiting: Parameters<Stop['tell']>[0]): void {
    super.tell(waiting)
    this.#waiting = waiting
    if (this.#isOver) waiting?.stopped('abandoned')
  }

  /** Ends the wait, now or as soon as it begins; the work around it goes on. */
  end(): void {
    this.#isOver = true
    this.#waiting?.stopped('abandoned')
  }
}

/**
 * Asks the sign-in, and gives its answer at the moment at which a gateway would get it (RULES 9). Throws PortalError.
 */
export type Ask = (asking: Asking, wait?: Wait) => Promise<Answer>

export function createAsk(clock: Clock, current: () => Pick<PortalSignIn, 'signIn'>): Ask {
  const nextId = createIds()
  return async (asking, stop = new Wait()) => {
    const { address, language, ...said } = asking
    const attempt: Attempt = {
      ...said,
      ...(language === undefined ? {} : { language }),
      id: nextId(),
      device: { kind: 'address', value: address },
      sourceAddress: address,
      requestAuthenticator: randomBytes(16),
      attributes: [],
      receivedAtMs: clock.nowMs(),
    }
    const outcome = await current().signIn(attempt, singleRequest(stop))
    if (outcome.kind === 'drop') throw droppedAs(outcome.reason)
    if (outcome.kind === 'reject') {
      await until(clock, outcome.notBeforeMs ?? 0)
      if (outcome.reason === 'store-failed') throw storeProblem
    }
    return { id: attempt.id, outcome }
  }
}

/** What a request says of its browser. */
export function browserOf(request: FastifyRequest): Pick<Asking, 'address' | 'language'> {
  return { address: addressOf(request), language: languageOf(request) }
}

export function pap(text: string): Credential {
  return { kind: 'pap', password: new Secret(text), wellFormed: text.isWellFormed() }
}

function until(clock: Clock, atMs: number): Promise<void> {
  const delayMs = atMs - clock.nowMs()
  if (delayMs <= 0) return Promise.resolve()
  return new Promise((resolve) => {
    clock.after(delayMs, resolve)
  })
}

/** A gateway would hear nothing, and ask again. */
function droppedAs(reason: string): PortalError {
  if (reason === 'internal-error') {
    return new PortalError('internal', 'Something broke on our side. Try again in a few minutes.')
  }
  return new PortalError('internal', 'The service is busy. Try again in a moment.', 503)
}

/** Twelve characters, as those of requests of gateways. */
function createIds(): () => string {
  const digits = 36 ** 6
  const process = randomInt(digits).toString(36).padStart(6, '0')
  let last = 0
  return () => {
    last = (last + 1) % digits
    return `${process}${last.toString(36).padStart(6, '0')}`
  }
}
