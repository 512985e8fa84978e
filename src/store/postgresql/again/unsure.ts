import type { CompiledQuery } from 'kysely'
import type { Queries } from '../../queries.ts'
import type { Fence, Outcome, Row } from '../transaction.ts'
import type { Request } from './request.ts'

/**
 * A commit that was sent and not answered. What it had found is kept, and the row of its process in the table of nodes
 * tells later whether it counts: nothing is done twice, and nothing is left undone (O2, O38).
 */
export type Unsure = {
  /** The commit is about to be sent. */
  begin(outcomes: ReadonlyMap<Request, Outcome>, fence: Fence | undefined): void
  /** Its answer is there, whatever it is. */
  end(): void
  /** Whether this request may have been carried out, and nothing will ever tell. */
  isLost(request: Request): boolean
  /**
   * Finds out on a new connection; the older one of this process must have ended. `write` carries out one query in a
   * transaction of its own, which waits for a standby where one has to be waited for: then all before it has arrived too.
   */
  settle(write: (query: CompiledQuery) => Promise<readonly Row[]>): Promise<void>
}

export function createUnsure(queries: Queries): Unsure {
  let open:
    | { readonly outcomes: ReadonlyMap<Request, Outcome>; readonly fence: Fence | undefined }
    | undefined

  return {
    begin(outcomes, fence) {
      open = { outcomes, fence }
    },
    end() {
      open = undefined
    },
    isLost: (request) =>
      open !== undefined &&
      open.fence === undefined &&
      open.outcomes.has(request) &&
      !request.isReadOnly,
    async settle(write) {
      if (open?.fence !== undefined) {
        const { fence, outcomes } = open
        const [row] = await write(
          queries
            .updateTable('node')
            .set(({ ref }) => ({ last_write: ref('last_write') }))
            .where('process_id', '=', fence.processId)
            .returning('last_write')
            .compile(),
        )
        if (row?.last_write === fence.mark) {
          for (const [request, outcome] of outcomes) request.known = outcome
        }
      }
      open = undefined
    },
  }
}
