import type { Config } from '../../config/index.ts'
import { createEapServer } from '../../eap/index.ts'
import { rememberLearnt } from '../../operations/index.ts'
import {
  createRadiusListener,
  openSignInsAllowed,
  type RadiusListener,
  watchStandStill,
} from '../../transport/index.ts'
import type { Generations } from '../generation/generations.ts'
import type { Lasting } from '../lasting.ts'
import type { Learnt } from '../learnt.ts'
import { observeEap, observeTransport } from '../observe.ts'
import { type Accounting, createAccounting } from './accounting.ts'

/** Without the database for this long, this server cannot answer any gateway. */
const goneMs = 60_000

/** What gateways speak to. */
export type Radius = {
  readonly listener: RadiusListener
  readonly accounting: Accounting
  /** Closes the sockets of both. Open sign-ins have this long to end. */
  stop(graceMs: number): Promise<void>
}

/** RADIUS with EAP, and accounting, each request with the configuration that is in use when it comes. */
export function createRadius(
  config: Config,
  { clock, wheel, logger, counters, opened, storeFailed }: Lasting,
  { patience, signing }: Learnt,
  generations: Generations,
  ends: AsyncDisposableStack,
): Radius {
  const { current } = generations
  const settings = () => current().config
  const eap = createEapServer({
    nodeName: config.nodeName,
    gateway: (name) => current().eap.get(name),
    signIn: (attempt, live) => current().signIn(attempt, live),
    refuse: (...refused) => current().refuse(...refused),
    clock,
    wheel,
    observer: observeEap(logger, counters),
  })
  ends.defer(() => eap.close())
  const observer = observeTransport(
    logger,
    counters,
    settings,
    (gateway) => {
      void rememberLearnt(opened.store.settings, gateway).catch(storeFailed)
    },
    signing.note,
  )
  // With one process, no other one has answered meanwhile.
  const standStill = opened.store.nodes && watchStandStill(clock)
  ends.defer(() => standStill?.stop())
  const { gateways } = current()
  const accounting = createAccounting({ clock, wheel, opened }, gateways, observer, settings)
  const listener = createRadiusListener({
    listen: config.listen,
    gateways,
    signIn: (attempt, live) => current().signIn(attempt, live),
    eap: (request) => {
      signing.note(request.attempt.gateway.name, 'eap')
      return eap.receive(request)
    },
    clock,
    wheel,
    observer,
    watch: patience,
    maxOpen: openSignInsAllowed(config.limits.openSignIns).maxOpen,
    isStoreGone: () => opened.store.reach.awayForMs() >= goneMs,
    ...(standStill && { waitedMs: standStill.waitedMs }),
    replyCache: { keepMs: config.limits.replyCacheMs, maxBytes: config.limits.replyCacheBytes },
  })
  return {
    listener,
    accounting,
    async stop(graceMs) {
      await Promise.all([listener.stop(graceMs), accounting.stop()])
    },
  }
}
