import type { Connection } from '../../../../src/store/connection.ts'

/** A connection whose requests wait until the schedule lets them through, one after the other. */
export type Line = {
  readonly connection: Connection
  /** How many requests wait. */
  waiting(): number
  /** Carries out the first one. Gives what lets the node hear of it. */
  carryOutFirst(): Promise<() => void>
}

/**
 * Every request of a node is one transaction, and nodes take turns to write. So the database gets, one after the other,
 * whatever several of them do at the same moment. A schedule that chooses the order of requests reaches all of it.
 */
export function createLine(connection: Connection): Line {
  const waiting: (() => Promise<() => void>)[] = []

  function wait<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      waiting.push(() =>
        ask().then(
          (answer) => () => resolve(answer),
          (error: unknown) => () => reject(error),
        ),
      )
    })
  }

  return {
    connection: {
      ...connection,
      run: (query) => wait(() => connection.run(query)),
      atomically: (queries, options) => wait(() => connection.atomically(queries, options)),
    },
    waiting: () => waiting.length,
    async carryOutFirst() {
      const first = waiting.shift()
      return first === undefined ? () => undefined : first()
    },
  }
}
