import { randomInt } from 'node:crypto'
import {
  type Answerable,
  attributeType,
  forReply,
  joinAttributes,
  type VerifiedRequest,
} from '../../radius/index.ts'
import { type Attempt, type LiveRequest, type SignIn, Stop } from '../../signin/index.ts'
import type { Clock, Timer, TimerWheel } from '../../support/index.ts'
import type { EapHandler } from '../eap-port.ts'
import type { Gateway } from '../gateways/gateway.ts'
import type { GatewayTable } from '../gateways/gateway-table.ts'
import { createOpenRequests, type OpenRequests } from '../open-requests.ts'
import { createReplyCache, type ReplyCache, type ReplyCacheLimits } from '../replies/reply-cache.ts'
import { noWatch, type RequestWatch } from '../request-watch.ts'
import { createDropReport, type ReportDrop } from './drops.ts'
import type { TransportObserver } from './observer.ts'
import type { ReplySocket, Source } from './sockets.ts'

/**
 * `working`: the sign-in runs. `delayed`: it has ended and the Reject leaves later (RULES 9).
 * `abandoned`: no one waits any more, but the sign-in still runs. `over`: nothing is left to do.
 */
export type OpenState = 'working' | 'delayed' | 'abandoned' | 'over'

/** What makes an open request: its first packet, and what it says. */
export type FirstRequest = {
  /** See `duplicateKey`. */
  readonly key: string
  readonly gateway: Gateway
  readonly request: VerifiedRequest
  readonly source: Source
  readonly attempt: Attempt
}

/**
 * One Access-Request from its first packet until it is answered, or nothing is left to do for it. It is also what the
 * sign-in gets beside the attempt: one more object would cost each held request a hundred bytes (RULES 32).
 */
export class OpenRequest implements LiveRequest {
  readonly listener: ListenerState
  readonly key: string
  /** The one that verified it, with its secret, whatever was reloaded since. */
  readonly gateway: Gateway
  readonly request: Answerable
  /** Put together; undefined where there is no EAP. */
  readonly eapMessage: Uint8Array | undefined
  readonly socket: ReplySocket
  /** Where it came from, as the socket names it. */
  readonly address: string
  readonly port: number
  readonly attempt: Attempt
  readonly stop = new Stop()
  state: OpenState = 'working'
  /** Of its next deadline: when it is overdue or, once it is delayed, when the Reject may leave. */
  timer: Timer | undefined = undefined
  /** Of a delayed one: lets the Reject leave now. */
  release: (() => void) | undefined = undefined
  #resends = 0

  constructor(listener: ListenerState, { key, gateway, request, source, attempt }: FirstRequest) {
    this.listener = listener
    this.key = key
    this.gateway = gateway
    this.request = forReply(request)
    this.eapMessage = joinAttributes(request, attributeType.EapMessage)
    this.socket = source.socket
    this.address = source.address
    this.port = source.port
    this.attempt = attempt
  }

  resends(): number {
    return this.#resends
  }

  wasElsewhere(how: 'came' | 'left'): void {
    this.listener.watch.wasElsewhere(this.attempt.id, how)
  }

  isStillAsked(): boolean {
    const { attempt, listener } = this
    return listener.watch.isStillAsked({
      gateway: attempt.gateway.name,
      packets: this.#resends + 1,
      afterMs: listener.clock.nowMs() - attempt.receivedAtMs,
    })
  }

  /** The gateway has sent it once more. */
  cameAgain(): void {
    this.#resends += 1
  }
}

/** What the steps of all requests share. */
export type ListenerState = {
  /** Replaced as a whole by a reload; a request keeps the gateway it came with. */
  gateways: GatewayTable
  /** Status-Server gets no answer any more. */
  isSilent: boolean
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
  readonly isStoreGone: () => boolean
  readonly waitedMs: () => number
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
  /** Whether the store has failed for so long that gateways should ask their next server. Default: never. */
  readonly isStoreGone?: () => boolean
  /** How long a datagram may have waited to be read (`StandStill`). Default: no time. */
  readonly waitedMs?: () => number
}

export function createListenerState(options: ListenerStateOptions): ListenerState {
  const { gateways, signIn, clock, wheel, observer } = options
  return {
    gateways,
    isSilent: false,
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
    isStoreGone: options.isStoreGone ?? (() => false),
    waitedMs: options.waitedMs ?? (() => 0),
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
