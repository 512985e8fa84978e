import type { Clock, TimerWheel } from '../../support/index.ts'
import type { GatewayTable } from '../gateways/gateway-table.ts'
import { createDropReport } from '../listener/drops.ts'
import type { TransportObserver } from '../listener/observer.ts'
import type { Interfaces, ListenAddress } from '../listener/socket-plan.ts'
import { createSockets } from '../listener/sockets.ts'
import { type AccountingState, handleAccounting } from './handle-accounting.ts'
import { createAccountingQueue, type StoreRecords } from './queue.ts'

export type AccountingListenerOptions = {
  readonly gateways: GatewayTable
  readonly store: StoreRecords
  readonly clock: Clock
  readonly wheel: TimerWheel
  readonly observer: TransportObserver
  /** Local addresses; default those of the machine. */
  readonly interfaces?: Interfaces
}

export interface AccountingListener {
  /**
   * Listens on these addresses from now on, and on no others; an empty list: on none. Gives what is bound.
   * Throws ListenError, and then everything is as it was.
   */
  listen(addresses: readonly ListenAddress[]): Promise<ListenAddress[]>
  /** Takes effect for new packets. */
  replaceGateways(table: GatewayTable): void
  /** Takes nothing new, answers what is on its way to the store, and closes. */
  stop(): Promise<void>
}

/** The accounting listener: Accounting-Requests in, rows in the store, and only then replies out. */
export function createAccountingListener(options: AccountingListenerOptions): AccountingListener {
  const { clock, wheel, observer } = options
  const state: AccountingState = {
    gateways: options.gateways,
    stopping: false,
    queue: createAccountingQueue({ store: options.store }),
    clock,
    observer,
    drop: createDropReport(clock, observer),
  }
  const sockets = createSockets({
    listen: [],
    clock,
    wheel,
    observer,
    onDatagram: (bytes, source) => handleAccounting(state, bytes, source),
    ...(options.interfaces && { interfaces: options.interfaces }),
  })
  return {
    listen: sockets.change,
    replaceGateways(table) {
      state.gateways = table
    },
    async stop() {
      state.stopping = true
      await state.queue.drain()
      await sockets.close()
    },
  }
}
