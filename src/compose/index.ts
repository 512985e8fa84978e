import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import {
  type Config,
  ConfigError,
  findUnsafeSettings,
  formatEndpoint,
  formatProblem,
  needsRestart,
  readInstallation,
} from '../config/index.ts'
import { createDemoPhone, type TwilioOptions } from '../delivery/index.ts'
import { createShieldMemory } from '../directory/index.ts'
import { createEapDoor } from '../eap/index.ts'
import {
  type AdminSocket,
  createCounters,
  createLogger,
  createSystemdNotifier,
  explain,
  keepMemorySmall,
  rememberEvents,
  startAdminSocket,
  watchSocket,
} from '../ops/index.ts'
import { createSavedPatience } from '../patience/index.ts'
import { createKeptSealer, createMarks, createMemoryRegistry } from '../signin/index.ts'
import { purgeHourly, watchStoreFiles } from '../store/index.ts'
import { type Clock, createTimerWheel, HoldfastError, systemClock } from '../support/index.ts'
import { createRadiusListener, type ListenAddress, openSignInsAllowed } from '../transport/index.ts'
import { createAccounting } from './accounting.ts'
import { adminOperationsOf } from './admin.ts'
import { loadCheckedConfig } from './checked-config.ts'
import { enrolDemo } from './demo.ts'
import { warnOfDeadDenials } from './denials.ts'
import { describeSkipped, skippedInDictionaries } from './dictionary.ts'
import { loadStandings } from './gateway-standings.ts'
import { createGeneration, type Generation, type Lasting } from './generation.ts'
import { createGenerations } from './generations.ts'
import { createHeadKeeper } from './head-keeper.ts'
import { type Helpdesk, startHelpdesk } from './helpdesk.ts'
import { createAppServers } from './http.ts'
import { observeEap, observeTransport } from './observe.ts'
import { openConfiguredStore } from './open-store.ts'
import { endOrphanPrompts } from './orphans.ts'
import { createSigningKeeper, rememberLearnt } from './signing-keeper.ts'
import { startSigningWarnings } from './signing-warnings.ts'

export { loadCheckedConfig } from './checked-config.ts'

/** Events of the log that a support bundle can show. */
const eventsForSupport = 200

export type AppOptions = {
  readonly configFile: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly version: string
  /** Where log lines go. */
  readonly log: Writable & { readonly isTTY?: boolean }
  /** Where the demo phone shows what arrives. */
  print(line: string): void
  readonly clock?: Clock
  /** Another way to Twilio's API, for tests. */
  readonly twilioHttpClient?: TwilioOptions['httpClient']
  /** How long a commit of the store is made to last, for tests. */
  readonly commitDelayMs?: Int32Array
}

export type Started = {
  readonly config: Config
  readonly radius: readonly ListenAddress[]
  /** Address of the local HTTP listener, if there is one. */
  readonly http?: ListenAddress
}

export type App = {
  /** Opens the ports; rejects, and then nothing stays open. */
  start(): Promise<Started>
  /** Reads the file again. Rejects with ConfigError and keeps the old one when it is faulty. */
  reload(): Promise<void>
  /** Finishes or refuses what is open within `stop_timeout`, and closes everything. */
  stop(): Promise<void>
}

/**
 * Puts all parts together: configuration in, an app out. Opens the store; ports open with `start`.
 * Throws ConfigError, StoreError and the like, with nothing left open.
 */
export async function createApp(options: AppOptions): Promise<App> {
  const { env, clock = systemClock } = options
  const beganMs = clock.nowMs()
  const config = loadCheckedConfig(options.configFile, env)
  const room = openSignInsAllowed(config.limits.openSignIns)
  const logger = rememberEvents(
    createLogger({ ...config.log, stream: options.log, clock }),
    clock,
    eventsForSupport,
  )
  const counters = createCounters()
  const notifier = createSystemdNotifier({
    env,
    clock,
    onFailure: (error) => logger.log({ event: 'notify-failed', detail: error.message }),
  })
  logger.log({
    event: 'service-starting',
    version: options.version,
    node: config.nodeName,
    configuration: options.configFile,
  })
  warnUnsafe(config)

  const opened = await openConfiguredStore(
    config,
    clock,
    (error) => logger.log({ event: 'store-failed', detail: error.message }),
    options.commitDelayMs,
  )
  if (opened.isNew) logger.log({ event: 'store-created', file: opened.file })
  warnUnnamed(config)
  const wheel = createTimerWheel(clock, {
    onError: (error) => logger.log({ event: 'internal-error', where: 'timer', ...explain(error) }),
  })
  const lasting: Lasting = {
    clock,
    wheel,
    logger,
    opened,
    registry: createMemoryRegistry(clock),
    passwordMarks: createMarks(),
    shieldMemory: createShieldMemory(clock),
    keptSealer: createKeptSealer(),
    demoPhone: createDemoPhone({ clock, print: options.print }),
    ...(options.twilioHttpClient && { twilioHttpClient: options.twilioHttpClient }),
  }
  const storeFailed = (error: unknown) => logger.log({ event: 'store-failed', ...explain(error) })
  const patience = createSavedPatience({
    clock,
    store: opened.store.settings,
    learns: (gateway) => settings().gateways[gateway]?.learnPatience ?? false,
    onError: storeFailed,
  })
  const signing = createSigningKeeper(clock, opened.store.settings, storeFailed)
  const first = await createGeneration(config, lasting).catch(async (error: unknown) => {
    await opened.close()
    throw error
  })
  const generations = createGenerations(first)
  const settings = () => generations.current().config

  const eap = createEapDoor({
    nodeName: config.nodeName,
    gateway: (name) => generations.current().eap.get(name),
    signIn: (attempt) => generations.current().signIn(attempt),
    refuse: (attempt, reason, detail) => generations.current().refuse(attempt, reason, detail),
    clock,
    wheel,
    observer: observeEap(logger, counters),
  })
  const observer = observeTransport(
    logger,
    counters,
    settings,
    (gateway) => {
      void rememberLearnt(opened.store.settings, gateway).catch(storeFailed)
    },
    signing.note,
  )
  const accounting = createAccounting(lasting, first.gateways, observer, settings)
  const listener = createRadiusListener({
    listen: config.listen,
    gateways: first.gateways,
    signIn: (attempt) => generations.current().signIn(attempt),
    eap: (request) => {
      signing.note(request.attempt.gateway.name, 'eap')
      eap.receive(request)
    },
    clock,
    wheel,
    observer,
    watch: patience,
    maxOpen: room.maxOpen,
    replyCache: { keepMs: config.limits.replyCacheMs, maxBytes: config.limits.replyCacheBytes },
  })
  let servers: Awaited<ReturnType<typeof createAppServers>> | undefined
  let admin: AdminSocket | undefined
  let helpdesk: Helpdesk | undefined
  let upkeep: { stop(): void } | undefined
  const heads =
    config.store === 'temporary'
      ? undefined
      : createHeadKeeper({
          audit: opened.store.audit,
          installationId: opened.store.installationId,
          file: config.headFile,
          clock,
          logger,
        })
  let warnings: { stop(): void } | undefined
  let storeWatch: { stop(): void } | undefined
  let memory: { stop(): void } | undefined
  let listening: readonly ListenAddress[] = []

  function standings(): ReturnType<typeof loadStandings> {
    return loadStandings(settings(), opened.store, patience.memory, signing.countsOf)
  }

  /** An installation of before 0.2 works on: its store opens with its key. Root writes the id, not the service. */
  function warnUnnamed({ insecureDemo, installation }: Config): void {
    const { file, id } = readInstallation(installation)
    if (insecureDemo || id !== undefined) return
    logger.log({ event: 'installation-id-missing', file })
  }

  function warnUnsafe(current: Config): void {
    for (const kind of skippedInDictionaries(current.dictionaries)) {
      logger.log({ event: 'dictionary-skipped', detail: describeSkipped(kind) })
    }
    for (const unsafe of findUnsafeSettings(current))
      logger.log({ event: 'setting-unsafe', ...unsafe })
    const { danger } = room
    if (danger !== undefined) {
      logger.log({ event: 'setting-unsafe', setting: 'limits.open_sign_ins', danger })
    }
  }

  /** In the background: directories may take their time, and a start does not wait for it. */
  function warnOfDenials({ config: current, directories }: Generation): void {
    void warnOfDeadDenials(current, directories, logger, ended.signal)
  }

  const ended = new AbortController()
  let stopping = false
  let reloading: Promise<void> = Promise.resolve()

  /** One after the other, whoever asks. */
  function reload(): Promise<void> {
    const asked = reloading.then(reloadNow)
    reloading = asked.catch(() => undefined)
    return asked
  }

  async function reloadNow(): Promise<void> {
    if (stopping) throw new HoldfastError('stopping', 'the service is stopping')
    notifier.reloading()
    try {
      const next = await createGeneration(loadCheckedConfig(options.configFile, env), lasting)
      await accounting.follow(next.config).catch(async (error: unknown) => {
        await next.close()
        throw error
      })
      generations.replace(next)
      listener.replaceGateways(next.gateways)
      accounting.replaceGateways(next.gateways)
      logger.setLevel(next.config.log.level)
      warnUnsafe(next.config)
      warnOfDenials(next)
      for (const setting of needsRestart(config, next.config))
        logger.log({ event: 'setting-needs-restart', setting })
      logger.log({
        event: 'configuration-reloaded',
        gateways: Object.keys(next.config.gateways).length,
      })
    } catch (error) {
      const problems =
        error instanceof ConfigError
          ? error.problems.map((problem) => formatProblem(problem))
          : [explain(error).detail]
      logger.log({ event: 'configuration-refused', problems })
      throw error
    } finally {
      notifier.ready()
    }
  }

  async function closeAll(): Promise<void> {
    ended.abort()
    upkeep?.stop()
    warnings?.stop()
    storeWatch?.stop()
    memory?.stop()
    await admin?.close()
    await helpdesk?.close()
    await servers?.stop()
    // What is still open has no gateway that waits: its request was given up, by us or by the gateway.
    await generations.close()
    eap.close()
    wheel.stop()
    await patience.stop()
    await signing.stop()
    await heads?.stop()
    await opened.close()
    await notifier.close()
  }

  return {
    async start() {
      try {
        await heads?.start()
        if (config.demo !== undefined)
          await enrolDemo(config.demo.enrolments, opened.store, first.directories)
        await patience.load()
        await signing.load()
        await endOrphanPrompts(lasting, first.secondFactors)
        servers = await createAppServers(config, {
          ...lasting,
          webhooks: () => generations.busy().flatMap(({ webhooks }) => webhooks),
          isListening: () => listening.length > 0,
          isAccounting: () => settings().accounting && accounting.bound().length > 0,
        })
        const http = await servers.start()
        const { operations, helpdesk: helpdeskOperations } = adminOperationsOf({
          generation: generations.current,
          lasting,
          gateways: standings,
          observed: () => ({ counters: counters.snapshot(), events: logger.past() }),
          status: () => ({
            version: options.version,
            node: config.nodeName,
            pid: process.pid,
            startedAtMs: beganMs,
            installationId: opened.store.installationId,
            configFile: resolve(options.configFile),
            storeFile: opened.file,
            listen: listening.map(({ address, port }) => ({ address, port })),
          }),
          reload,
          headRow: () => heads?.row(),
          helpdeskRow: () => helpdesk?.row(),
          accounting: accounting.standing,
        })
        const onInternalError = (operation: string, error: unknown) =>
          logger.log({ event: 'internal-error', where: operation, ...explain(error) })
        const path = config.adminSocket
        const listenForCommands = () =>
          startAdminSocket({ path, operations, clock, onInternalError })
        admin = await watchSocket(path, listenForCommands, lasting)
        helpdesk = await startHelpdesk({
          ...{ config, helpdesk: helpdeskOperations, clock, logger, onInternalError },
        })
        listening = await listener.start()
        await accounting.follow(config)
        upkeep = purgeHourly({
          ...{ store: opened.store, clock, onError: storeFailed },
          retentionMs: () => settings().audit.retentionMs,
        })
        storeWatch = watchStoreFiles({
          ...{ clock, store: opened.store, file: opened.file, log: logger.log },
        })
        warnings = startSigningWarnings(clock, logger, standings, storeFailed)
        logger.log({
          event: 'service-ready',
          listen: listening.map(formatEndpoint),
          accounting: accounting.bound().map(formatEndpoint),
          gateways: Object.keys(config.gateways).length,
          // Since the process began: loading the sources is most of it.
          tookMs: Math.round(performance.now()),
        })
        notifier.ready()
        warnOfDenials(first)
        memory = keepMemorySmall(clock)
        return { config, radius: listening, ...(http === undefined ? {} : { http }) }
      } catch (error) {
        await Promise.all([listener.stop(0), accounting.stop()])
        await closeAll()
        throw error
      }
    },

    reload,

    async stop() {
      stopping = true
      await reloading
      const { onStop, stopTimeoutMs } = settings()
      notifier.stopping()
      logger.log({ event: 'service-stopping', openSignIns: listener.stats().open.total, onStop })
      await Promise.all([listener.stop(stopTimeoutMs), accounting.stop()])
      await closeAll()
      logger.log({ event: 'service-stopped' })
    },
  }
}
