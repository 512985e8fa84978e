import type { Writable } from 'node:stream'
import type { Config } from '../config/index.ts'
import { createDemoPhone, type DemoPhone, type TwilioOptions } from '../delivery/index.ts'
import {
  createSharedShieldMemory,
  createShieldMemory,
  type ShieldMemory,
} from '../directory/index.ts'
import { createPairingMemory, createPairings, type Pairings } from '../operations/index.ts'
import {
  type Counters,
  createCounters,
  createLogger,
  createSystemdNotifier,
  explain,
  type RememberingLogger,
  rememberEvents,
  type SystemdNotifier,
  surviveStrayRejections,
} from '../ops/index.ts'
import {
  type Adopt,
  type ContinuationSealer,
  createContinuationSealer,
  createKeyedHash,
  createMemoryRegistry,
  type KeyedHash,
  type SignInRegistry,
} from '../signin/index.ts'
import {
  type Clock,
  createSteadyClock,
  createTimerWheel,
  type Machine,
  systemMachine,
  type TimerWheel,
} from '../support/index.ts'
import { type OpenedStore, openConfiguredStore } from './open-store.ts'
import { warnOfSettings, warnUnnamed } from './warnings.ts'

/** Events of the log that a support bundle can show. */
const eventsForSupport = 200

/** What stays over reloads. */
export type Lasting = {
  readonly clock: Clock
  readonly wheel: TimerWheel
  readonly logger: RememberingLogger
  readonly counters: Counters
  readonly notifier: SystemdNotifier
  readonly opened: OpenedStore
  /** Hears of a store that fails. */
  readonly storeFailed: (error: unknown) => void
  readonly registry: SignInRegistry
  /** Works together with other processes from here on; nothing where there are none. */
  readonly joinOthers: (adopt: Adopt) => Promise<void>
  readonly pairings: Pairings
  readonly passwordHasher: KeyedHash
  readonly shieldMemory: ShieldMemory
  readonly continuationSealer: ContinuationSealer
  readonly demoPhone: DemoPhone
  readonly twilioHttpClient?: TwilioOptions['httpClient']
}

export type LastingOptions = {
  readonly configFile: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
  /** Where log lines go. */
  readonly log: Writable & { readonly isTTY?: boolean }
  /** Where the demo phone shows what arrives. */
  print(line: string): void
  readonly clock?: Clock
  /** What the clock goes by, for tests. */
  readonly machine?: Machine
  /** Another way to Twilio's API, for tests. */
  readonly twilioHttpClient?: TwilioOptions['httpClient']
  /** How long a commit of the store is made to last, for tests. */
  readonly commitDelayMs?: Int32Array
}

/** Opens the log and the store. What has to be closed is added to `ends`. */
export async function createLasting(
  options: LastingOptions,
  config: Config,
  ends: AsyncDisposableStack,
): Promise<Lasting> {
  const { env, version, configFile, machine = systemMachine, twilioHttpClient } = options
  const steady = createSteadyClock(machine, (moved) =>
    logger.log({ event: 'clock-moved', ...moved }),
  )
  const { clock = steady } = options
  const plain = createLogger({ ...config.log, stream: options.log, clock })
  const logger = rememberEvents(plain, clock, eventsForSupport)
  ends.defer(surviveStrayRejections(logger.log))
  const notifier = createSystemdNotifier({
    ...{ env, clock },
    onFailure: (error) => logger.log({ event: 'notify-failed', detail: error.message }),
  })
  ends.defer(() => notifier.close())
  const { nodeName: node } = config
  logger.log({ event: 'service-starting', version, node, configuration: configFile })
  warnOfSettings(config, config, logger)
  const opened = await openConfiguredStore(
    config,
    clock,
    (error) => logger.log({ event: 'store-failed', detail: error.message }),
    {
      version,
      ...(options.commitDelayMs && { commitDelayMs: options.commitDelayMs }),
      onTakeOver: (event) => logger.log({ event: 'database-taken-over', ...event }),
      onRowsLost: (event) => logger.log({ event: 'database-rows-lost', ...event }),
      onSeenFailed: (detail) => logger.log({ event: 'database-not-noted', detail }),
      onTime: steady.trust,
    },
  )
  ends.defer(() => opened.close())
  const storeFailed = (error: unknown) => logger.log({ event: 'store-failed', ...explain(error) })
  const hourKeys = await opened.store.shareHourKeys(storeFailed)
  ends.defer(() => hourKeys?.stop())
  if (opened.isNew) logger.log({ event: 'store-created', file: opened.name })
  warnUnnamed(config, logger)
  const wheel = createTimerWheel(clock, {
    onError: (error) => logger.log({ event: 'internal-error', where: 'timer', ...explain(error) }),
  })
  const { store } = opened
  let adoptPrompt: Adopt = () => undefined
  const shared = store.shareRegistry?.({
    ...{ adopt: (kept) => adoptPrompt(kept), hourKeys },
    onDeaf: (detail) => logger.log({ event: 'database-deaf', detail }),
  })
  ends.defer(() => shared?.close())
  const isShared = store.nodes !== undefined
  return {
    ...{ clock, wheel, logger, notifier, opened, storeFailed },
    counters: createCounters(),
    registry: shared ?? createMemoryRegistry(clock),
    async joinOthers(adopt) {
      adoptPrompt = adopt
      await shared?.start()
    },
    pairings: createPairings(clock, isShared ? store.pairings : createPairingMemory(clock)),
    passwordHasher: createKeyedHash(hourKeys?.hashing),
    shieldMemory: isShared
      ? createSharedShieldMemory(clock, store.shield)
      : createShieldMemory(clock),
    continuationSealer: createContinuationSealer(hourKeys?.sealing),
    demoPhone: createDemoPhone({ clock, print: options.print }),
    ...(twilioHttpClient && { twilioHttpClient }),
  }
}
