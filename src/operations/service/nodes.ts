import * as z from 'zod'
import type { Node } from '../../store/index.ts'
import { AdminError } from '../errors.ts'
import { nothing, operation } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import { recordChange } from '../record-change.ts'

/** Operations on the processes that share a database. */
export function createNodeOperations(parts: AdminParts) {
  const nodes = () => {
    if (parts.store.nodes !== undefined) return parts.store.nodes
    throw new AdminError(
      'one-node',
      'The store is a file, so there is one node. Several need PostgreSQL: see docs/how-to/postgresql.md.',
    )
  }

  return {
    /** Processes of the last day, the oldest first. */
    'node.list': operation(nothing, async (): Promise<readonly Node[]> => await nodes().list()),

    /** `name`: of the node; default the one that is asked. Each of its processes learns it within two seconds. */
    'node.drain': operation(
      z.strictObject({ name: z.string().min(1).max(256).optional() }),
      async ({ name = parts.service?.status().node }, { caller }) => {
        if (name === undefined) {
          throw new AdminError('needs-service', 'No service runs here: name the node to drain.')
        }
        const drained = await nodes().drain(name)
        if (drained.length === 0) {
          throw new AdminError(
            'node-unknown',
            `No node ${name} serves. holdfast node list shows those that do.`,
          )
        }
        await recordChange(parts, caller, 'admin-node-drained', undefined, { node: name })
        return { name, processes: drained.length }
      },
    ),
  }
}
