import { giveUp, interrupt } from '../end-request.ts'
import type { GatewayTable } from '../gateways/gateway-table.ts'
import { handleDatagram } from '../handle-datagram.ts'
import type { OpenStats } from '../open-requests.ts'
import type { ReplyCacheStats } from '../replies/reply-cache.ts'
import { createListenerState, type ListenerStateOptions } from './listener-state.ts'
import type { Interfaces, ListenAddress } from './socket-plan.ts'
import { createSockets } from './sockets.ts'

export type RadiusListenerOptions = ListenerStateOptions & {
  /** `0.0.0.0` and `::` mean a socket for each local address of that family. */
  readonly listen: readonly ListenAddress[]
  /** Local addresses; default those of the machine. */
  readonly interfaces?: Interfaces
}

export interface RadiusListener {
  /** Binds all sockets; gives what they are bound to. Throws ListenError, and then nothing stays bound. */
  start(): Promise<ListenAddress[]>
  /**
   * Status-Server gets no answer any more, so that gateways go to another server. From `untilMs` (milliseconds since
   * 1970) on no new requests are taken; what is open ends as it would. Safe to call twice.
   */
  drain(untilMs: number): void
  isDraining(): boolean
  /**
   * Takes no new requests and lets open ones end for up to `graceMs`. Then aborts their signals with a HoldfastError
   * `stopping`, and closes when each has been answered or has ended without an answer.
   */
  stop(graceMs: number): Promise<void>
  /** Takes effect for new requests. Open ones keep their gateway, and their secret. */
  replaceGateways(table: GatewayTable): void
  stats(): { readonly open: OpenStats; readonly replies: ReplyCacheStats }
}

/** How long an aborted sign-in has to give its outcome. */
const drainMs = 2_000

/** The RADIUS listener: datagrams in, `signIn` called, replies out. */
export function createRadiusListener(options: RadiusListenerOptions): RadiusListener {
  const { clock, wheel, observer } = options
  const listener = createListenerState(options)
  const sockets = createSockets({
    listen: options.listen,
    clock,
    wheel,
    observer,
    onDatagram: (bytes, source) => handleDatagram(listener, bytes, source),
    ...(options.interfaces && { interfaces: options.interfaces }),
  })

  /** Resolves when nothing is open, or after `ms`. */
  function emptyWithin(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = wheel.at(clock.nowMs() + ms, resolve)
      listener.open.whenEmpty(() => {
        timer.cancel()
        resolve()
      })
    })
  }

  return {
    start: sockets.open,
    drain(untilMs) {
      if (listener.isSilent) return
      listener.isSilent = true
      wheel.at(untilMs, () => {
        listener.stopping = true
      })
    },
    isDraining: () => listener.isSilent,
    async stop(graceMs) {
      listener.stopping = true
      await emptyWithin(graceMs)
      for (const open of listener.open.all()) interrupt(open)
      await emptyWithin(drainMs)
      for (const open of listener.open.all()) giveUp(open)
      await sockets.close()
      listener.replies.clear()
    },
    replaceGateways(table) {
      listener.gateways = table
    },
    stats: () => ({ open: listener.open.stats, replies: listener.replies.stats }),
  }
}
