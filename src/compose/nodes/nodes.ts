import { type Config, identifyShared, saltIdentity } from '../../config/index.ts'
import type { RadiusListener } from '../../transport/index.ts'
import type { Lasting } from '../lasting.ts'

/** Gateways ask every 30 seconds at most whether a server lives: by then those that ask have gone to another one. */
const silentMs = 30_000

/**
 * Tells the other nodes what it does, and the log what becomes of them. Where it is asked to drain, it lets gateways go
 * to the others before it refuses anyone. `config`: the one in use.
 */
export function followNodes(
  { clock, logger, opened }: Pick<Lasting, 'clock' | 'logger' | 'opened'>,
  listener: Pick<RadiusListener, 'drain' | 'stats'>,
  config: () => Config,
): void {
  const { hashingKey, nodes } = opened.store
  if (nodes === undefined) return
  const digestOf = createDigest(hashingKey)
  nodes.describe(() => ({
    configuration: digestOf(config()),
    openSignIns: listener.stats().open.total,
  }))
  nodes.onDeath(({ processId: process, name: node, isOwn }) =>
    logger.log(
      isOwn ? { event: 'node-declared-dead', process } : { event: 'node-dead', node, process },
    ),
  )
  nodes.onTwin(({ processId: process, name: node }) =>
    logger.log({ event: 'node-name-twice', node, process }),
  )
  nodes.onDrain(() => {
    logger.log({ event: 'node-draining' })
    listener.drain(clock.nowMs() + silentMs)
  })
}

/** Eight bytes in hex, once for each configuration: its files are read for it. The key keeps secrets from being guessed. */
function createDigest(key: Uint8Array): (config: Config) => string {
  let last: { readonly config: Config; readonly digest: string } | undefined
  return (config) => {
    if (last?.config !== config) {
      const digest = saltIdentity(identifyShared(config), key).toString('hex').slice(0, 16)
      last = { config, digest }
    }
    return last.digest
  }
}
