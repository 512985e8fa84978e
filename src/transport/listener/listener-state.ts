import { randomInt } from 'node:crypto'
import type { Answerable } from '../../radius/index.ts'
import type { SignIn } from '../../signin/index.ts'
import type { Clock, Timer, TimerWheel } from '../../support/index.ts'
import type { OwnAttempt } from '../attempt/attempt.ts'
import type { EapHandler } from '../eap-port.ts'
import type { Gateway } from '../gateways/gateway.ts'
import type { GatewayTable } from '../gateways/gateway-table.ts'
import { createOpenRequests, type OpenRequests } from '../open-requests.ts'
import { createReplyCache, type ReplyCache, type ReplyCacheLimits } from '../replies/reply-cache.ts'
import { noWatch, type RequestWatch } from '../request-watch.ts'
import { createDropReport, type ReportDrop } from './drops.ts'
import type { TransportObserver } from './observer.ts'
import type { ReplySocket } from './sockets.ts'

/**
 * `working`: the sign-in runs. `delayed`: it has ended and the Reject leaves later (RULES 9).
 * `abandoned`: no one waits any more, but the sign-in still runs. `over`: nothing is left to do.
 */
export type OpenState = 'working' | 'delayed' | 'abandoned' | 'over'

/** One Access-Request from its first packet until it is answered, or nothing is left to do for it. */
export type OpenRequest = {
  readonly listener: ListenerState
  /** See `duplicateKey`. */
  readonly key: string
  /** The one that verified it, with its secret, whatever was reloaded since. */
  readonly gateway: Gateway
  readonly request: Answerable
  /** Put together; undefined where it is no EAP. */
  readonly eapMessage: Uint8Array | undefined
  readonly socket: ReplySocket
  /** Where it came from, as the socket names it. */
  readonly address: string
  readonly port: number
  readonly attempt: OwnAttempt
  state: OpenState
  /** Of its next deadline: when it is overdue or, once it is delayed, when the Reject may leave. */
  timer: Timer | undefined
  /** Of a delayed one: lets the Reject leave now. */
  release: (() => void) | undefined
}

/** What the steps of all requests share. */
export type ListenerState = {
  /** Replaced as a whole by a reload; a request keeps the gateway it came with. */
  gateways: GatewayTable
  /** New requests are not taken any more. */
  stopping: boolean
  readonly open: OpenRequests<OpenRequest>
  readonly replies: ReplyCache
  readonly signIn: SignIn
  readonly eap: EapHandler
  readonly clock: Clock
  readonly wheel: TimerWheel
  readonly observer: TransportObserver
  readonly watch: RequestWatch
  readonly drop: ReportDrop
  /** A new attempt id: 12 characters. */
  readonly nextId: () => string
}

export type ListenerStateOptions = {
  readonly gateways: GatewayTable
  readonly signIn: SignIn
  /** Carries on conversations of EAP, and refuses them where a gateway may have none. */
  readonly eap: EapHandler
  readonly clock: Clock
  readonly wheel: TimerWheel
  readonly observer: TransportObserver
  /** Learns how long gateways wait. Default: nothing does. */
  readonly watch?: RequestWatch
  /** Sign-ins open at a time, over all gateways. */
  readonly maxOpen: number
  readonly replyCache: ReplyCacheLimits
}

export function createListenerState(options: ListenerStateOptions): ListenerState {
  const { gateways, signIn, clock, wheel, observer } = options
  return {
    gateways,
    stopping: false,
    open: createOpenRequests(options.maxOpen),
    replies: createReplyCache(clock, wheel, options.replyCache),
    signIn,
    eap: options.eap,
    clock,
    wheel,
    observer,
    watch: options.watch ?? noWatch,
    drop: createDropReport(clock, observer),
    nextId: createAttemptIds(),
  }
}

/** Twelve characters: six drawn once for this process, six that count. */
function createAttemptIds(): () => string {
  const digits = 36 ** 6
  const process = randomInt(digits).toString(36).padStart(6, '0')
  let last = 0
  return () => {
    last = (last + 1) % digits
    return `${process}${last.toString(36).padStart(6, '0')}`
  }
}
