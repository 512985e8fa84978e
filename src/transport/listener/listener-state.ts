import { randomInt } from 'node:crypto'
import type { SignIn } from '../../signin/index.ts'
import type { Clock, Timer, TimerWheel } from '../../support/index.ts'
import type { EapHandler } from '../eap-port.ts'
import type { GatewayTable } from '../gateways/gateway-table.ts'
import { createOpenRequests, type OpenRequests } from '../open-requests.ts'
import { createReplyCache, type ReplyCache, type ReplyCacheLimits } from '../replies/reply-cache.ts'
import { noWatch, type RequestWatch } from '../request-watch.ts'
import { createDropReport, type ReportDrop } from './drops.ts'
import type { TransportObserver } from './observer.ts'

/** What the steps of a request share. */
export type ListenerState = {
  /** Replaced as a whole by a reload; a request keeps the gateway it came with. */
  gateways: GatewayTable
  /** New requests are not taken any more. */
  stopping: boolean
  /** When one of the open requests may have to be ended by us. */
  overdue: { readonly atMs: number; readonly timer: Timer } | undefined
  readonly open: OpenRequests
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
    overdue: undefined,
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
    // Joined: one flat string, kept as long as the request.
    return [process, last.toString(36).padStart(6, '0')].join('')
  }
}
