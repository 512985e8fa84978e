import type { SignIn } from '../signin/index.ts'
import type { Clock, TimerWheel } from '../support/index.ts'
import type { ReportDrop } from './drops.ts'
import type { GatewayTable } from './gateway-table.ts'
import type { TransportObserver } from './observer.ts'
import type { OpenRequests } from './open-requests.ts'
import type { ReplyCache } from './reply-cache.ts'

/** What the steps of a request share. */
export type ListenerState = {
  /** Replaced as a whole by a reload; a request keeps the gateway it came with. */
  gateways: GatewayTable
  /** New requests are not taken any more. */
  stopping: boolean
  readonly open: OpenRequests
  readonly replies: ReplyCache
  readonly signIn: SignIn
  readonly clock: Clock
  readonly wheel: TimerWheel
  readonly observer: TransportObserver
  readonly drop: ReportDrop
  /** A new attempt id: 12 characters. */
  readonly nextId: () => string
}
