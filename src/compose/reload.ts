import { type Config, ConfigError, formatProblem, needsRestart } from '../config/index.ts'
import { explain } from '../ops/index.ts'
import { HoldfastError } from '../support/index.ts'
import { createGeneration, type Generation, type GenerationParts } from './generation/generation.ts'
import type { Generations } from './generation/generations.ts'
import type { Lasting } from './lasting.ts'
import type { Radius } from './service/radius.ts'
import { warnOfSettings } from './warnings.ts'

export type Reloads = {
  /** Reads the file again, one after the other. Rejects with ConfigError and keeps the old one when it is faulty. */
  reload(): Promise<void>
  /** Refuses all further ones, and waits for the last. */
  end(): Promise<void>
}

/** `started`: the configuration that the service was started with. `load`: reads and checks the file. */
export function createReloads(parts: {
  readonly started: Config
  readonly load: () => Config
  readonly lasting: Lasting & Pick<GenerationParts, 'onPause' | 'onReport' | 'onSilentPhone'>
  readonly generations: Generations
  readonly radius: Radius
  readonly onReloaded: (next: Generation) => void
}): Reloads {
  const { started, load, lasting, generations, radius, onReloaded } = parts
  const { logger, notifier } = lasting
  let ending = false
  let reloading: Promise<void> = Promise.resolve()

  async function reloadNow(): Promise<void> {
    if (ending) throw new HoldfastError('stopping', 'the service is stopping')
    notifier.reloading()
    try {
      const next = await createGeneration(load(), lasting)
      await radius.accounting.follow(next.config).catch(async (error: unknown) => {
        await next.close()
        throw error
      })
      generations.replace(next)
      radius.listener.replaceGateways(next.gateways)
      radius.accounting.replaceGateways(next.gateways)
      logger.setLevel(next.config.log.level)
      warnOfSettings(next.config, started, logger)
      onReloaded(next)
      for (const setting of needsRestart(started, next.config))
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

  return {
    reload() {
      const asked = reloading.then(reloadNow)
      reloading = asked.catch(() => undefined)
      return asked
    },
    async end() {
      ending = true
      await reloading
    },
  }
}
