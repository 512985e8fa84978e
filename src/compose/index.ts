// The only place where the parts meet: configuration in, an app with `start` and `stop` out. Wiring only: what
// behaves lives in the part it serves. May import everything but `cli/`.
import { resolve } from 'node:path'
import { type Config, formatEndpoint } from '../config/index.ts'
import { createSavedHead, enrolDemo, warnOfDeadDenials } from '../operations/index.ts'
import { endOrphanPrompts } from '../signin/index.ts'
import { systemClock } from '../support/index.ts'
import type { ListenAddress } from '../transport/index.ts'
import { loadCheckedConfig } from './checked-config.ts'
import { createGeneration, type Generation } from './generation/generation.ts'
import { createGenerations } from './generation/generations.ts'
import { createLasting, type LastingOptions } from './lasting.ts'
import { createLearnt } from './learnt.ts'
import { denialWarnings } from './named-in-rules.ts'
import { followNodes } from './nodes/nodes.ts'
import { createReloads } from './reload.ts'
import { startBackground } from './service/background.ts'
import { startCommands } from './service/commands.ts'
import type { Helpdesk } from './service/helpdesk.ts'
import { type AppServers, createAppServers } from './service/http.ts'
import { createServiceNotices, pauseWith, reportWith, silentPhoneWith } from './service/notices.ts'
import { createServiceOperations } from './service/operations.ts'
import { createRadius } from './service/radius.ts'
import { startServiceReminders } from './service/reminders.ts'

export { loadCheckedConfig } from './checked-config.ts'

export type AppOptions = LastingOptions

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
  /** The stop that follows refuses what is open at once, because another version waits to take over. */
  hurry(): void
  /** Finishes or refuses what is open within `stop_timeout`, and closes everything. */
  stop(): Promise<void>
}

/**
 * Puts all parts together: configuration in, an app out. Opens the store; ports open with `start`.
 * Throws ConfigError, StoreError and the like, with nothing left open.
 */
export async function createApp(options: AppOptions): Promise<App> {
  // What has to be closed, in turn: the last one first.
  const ends = new AsyncDisposableStack()
  try {
    return await putTogether(options, ends)
  } catch (error) {
    await ends.disposeAsync()
    throw error
  }
}

async function putTogether(options: AppOptions, ends: AsyncDisposableStack): Promise<App> {
  const beganMs = (options.clock ?? systemClock).nowMs()
  const load = () => loadCheckedConfig(options.configFile, options.env)
  const config = load()
  const lasting = await createLasting(options, config, ends)
  const { clock, wheel, logger, notifier, opened, storeFailed } = lasting
  const { store } = opened
  const savedHead =
    config.store === 'temporary'
      ? undefined
      : createSavedHead({
          ...{ audit: store.audit, installationId: store.installationId, file: config.headFile },
          ...{ clock, log: logger.log },
        })
  ends.defer(() => savedHead?.stop())
  const settings = () => generations.current().config
  const learnt = createLearnt(lasting, settings, ends)
  ends.defer(() => wheel.stop())
  const onReport = reportWith(logger, () => notices)
  const onSilentPhone = silentPhoneWith(lasting, () => notices)
  const onPause = pauseWith(() => notices)
  const ofSignIns = { ...lasting, onReport, onSilentPhone, onPause }
  const first = await createGeneration(config, ofSignIns)
  const generations = createGenerations(first)
  const radius = createRadius(config, lasting, learnt, generations, ends)
  const { listener, accounting } = radius
  // What is still open has no gateway that waits: its request was given up, by us or by the gateway.
  ends.defer(() => generations.close())
  const ended = new AbortController()
  const { reload, end: endReloads } = createReloads({
    ...{ started: config, load, lasting: ofSignIns, generations, radius },
    onReloaded: warnOfDenials,
  })
  const notices = createServiceNotices(lasting, generations.current)
  ends.defer(() => notices.stop())
  let listening: readonly ListenAddress[] = []
  let helpdesk: Helpdesk | undefined
  let servers: AppServers | undefined
  let isHurried = false
  const operations = createServiceOperations({
    ...{ generation: generations.current, lasting, notices, onReport, reload },
    gateways: learnt.statuses,
    status: () => ({
      version: options.version,
      node: config.nodeName,
      pid: process.pid,
      startedAtMs: beganMs,
      installationId: store.installationId,
      configFile: resolve(options.configFile),
      storeFile: opened.name,
      listen: listening.map(({ address, port }) => ({ address, port })),
    }),
    auditEndRow: () => savedHead?.row(),
    helpdeskRow: () => helpdesk?.row(),
    portalRows: async (signal) => (await servers?.check(signal)) ?? [],
    accounting: accounting.status,
  })

  /** In the background: directories may take their time, and a start does not wait for it. */
  function warnOfDenials({ config: current, directories }: Generation): void {
    const { signal } = ended
    void warnOfDeadDenials({ ...denialWarnings(current, directories), log: logger.log, signal })
  }

  async function closeAll(graceMs: number): Promise<void> {
    try {
      await radius.stop(graceMs)
    } finally {
      ended.abort()
      await ends.disposeAsync()
    }
  }

  return {
    async start() {
      try {
        await savedHead?.start()
        await enrolDemo(config.demo?.enrolments ?? [], store, first.directories)
        await learnt.load()
        followNodes(lasting, listener, settings)
        await endOrphanPrompts({
          ...{ ...lasting, ...first.secondFactors, prompts: store.prompts },
          ...{ onError: storeFailed, log: logger.log },
        })
        await lasting.joinOthers((kept) => generations.current().adopt(kept))
        servers = await createAppServers(config, {
          ...{ ...lasting, generation: generations.current, notices, self: operations.self },
          webhooks: () => generations.busy().flatMap(({ webhooks }) => webhooks),
          // Balancers go to the other nodes too.
          isListening: () => listening.length > 0 && !listener.isDraining(),
          isAccounting: () => settings().accounting && accounting.bound().length > 0,
        })
        ends.defer(() => servers?.stop())
        const http = await servers.start()
        helpdesk = await startCommands(config, lasting, operations, ends)
        listening = await listener.start()
        await accounting.follow(config)
        startBackground(lasting, learnt, generations.current, ends)
        const reminders = startServiceReminders(lasting, generations.current)
        ends.defer(() => reminders.stop())
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
        return { config, radius: listening, ...(http === undefined ? {} : { http }) }
      } catch (error) {
        await closeAll(0)
        throw error
      }
    },

    reload,

    hurry() {
      isHurried = true
    },

    async stop() {
      await endReloads()
      const { onStop, stopTimeoutMs } = settings()
      notifier.stopping()
      logger.log({ event: 'service-stopping', openSignIns: listener.stats().open.total, onStop })
      await closeAll(isHurried ? 0 : stopTimeoutMs)
      logger.log({ event: 'service-stopped' })
    },
  }
}
