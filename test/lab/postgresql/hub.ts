import type { Hints } from '../../../src/store/hints.ts'

/** Tells at once, between nodes of one test; or nothing, as where all notices are lost. */
export function createHub(losesAll = false): { join(): Hints } {
  const all = new Set<(tokens: Iterable<string>) => void>()
  return {
    join() {
      let own: ((tokens: Iterable<string>) => void) | undefined
      return {
        tell(token) {
          if (losesAll) return
          for (const hear of all) if (hear !== own) hear([token])
        },
        async listen(onHint) {
          own = onHint
          all.add(onHint)
        },
        async close() {
          if (own !== undefined) all.delete(own)
        },
      }
    },
  }
}
