import { type Config, formatEndpoint } from '../../config/index.ts'
import type { AccountingStatus } from '../../operations/index.ts'
import {
  type AccountingListener,
  createAccountingListener,
  type GatewayTable,
  type ListenAddress,
  type TransportObserver,
} from '../../transport/index.ts'
import type { Lasting } from '../lasting.ts'

/** The accounting listener of the service, which comes and goes with the configuration. */
export type Accounting = Pick<AccountingListener, 'replaceGateways' | 'stop'> & {
  /** Listens where this configuration says. Throws ListenError, and then everything is as it was. */
  follow(config: Config): Promise<void>
  /** Where it listens now. */
  bound(): readonly ListenAddress[]
  status(): Promise<AccountingStatus>
}

/** `config`: the one in use. */
export function createAccounting(
  { clock, wheel, opened }: Pick<Lasting, 'clock' | 'wheel' | 'opened'>,
  gateways: GatewayTable,
  observer: TransportObserver,
  config: () => Config,
): Accounting {
  let bound: readonly ListenAddress[] = []
  const listener = createAccountingListener({
    gateways,
    store: (records) => opened.store.accounting.add(records, config().accounting?.maxRecords ?? 0),
    clock,
    wheel,
    observer,
  })
  return {
    replaceGateways: listener.replaceGateways,
    stop: listener.stop,
    bound: () => bound,
    async status() {
      const { accounting, gateways: configured } = config()
      if (accounting === undefined) return undefined
      const { count, lastOf } = opened.store.accounting
      return {
        listen: bound.map(formatEndpoint),
        records: await count(),
        maxRecords: accounting.maxRecords,
        gateways: (await lastOf(Object.keys(configured))).size,
      }
    },
    async follow({ accounting }) {
      bound = await listener.listen(accounting?.listen ?? [])
    },
  }
}
