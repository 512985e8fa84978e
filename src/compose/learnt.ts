import type { Config } from '../config/index.ts'
import {
  createSavedSigning,
  type GatewayStatus,
  loadGatewayStatuses,
  type SavedSigning,
} from '../operations/index.ts'
import { createSavedPatience, type SavedPatience } from '../patience/index.ts'
import { describeGateways } from './gateways.ts'
import type { Lasting } from './lasting.ts'

/** What the packets of gateways have shown, over restarts. */
export type Learnt = {
  readonly patience: SavedPatience
  readonly signing: SavedSigning
  load(): Promise<void>
  /** The gateways of the configuration in use, with all that is known of each. */
  statuses(): Promise<readonly GatewayStatus[]>
}

/** `config`: the one in use. */
export function createLearnt(
  { clock, opened, storeFailed }: Lasting,
  config: () => Config,
  ends: AsyncDisposableStack,
): Learnt {
  const { store } = opened
  const isShared = store.nodes !== undefined
  const signing = createSavedSigning(clock, store.settings, storeFailed, isShared)
  ends.defer(() => signing.stop())
  const patience = createSavedPatience({
    clock,
    store: store.settings,
    isShared,
    learns: (gateway) => config().gateways[gateway]?.learnPatience ?? false,
    onError: storeFailed,
  })
  ends.defer(() => patience.stop())
  return {
    patience,
    signing,
    async load() {
      await patience.load()
      await signing.load()
    },
    statuses: () =>
      loadGatewayStatuses(describeGateways(config()), store, patience.memory, signing.countsOf),
  }
}
