import { availableParallelism } from 'node:os'
import type { Guard } from './guard.ts'
import { copyTree, type Tree } from './tree.ts'
import { createTryGuard, type Verdict } from './try-guards.ts'

export type Trial = {
  /** In the order of the guards. */
  readonly verdicts: Promise<readonly Verdict[]>
  /** Ends it before its time, and deletes the copies. */
  stop(): void
}

/** Tries guards of the source tree at `root`, several at a time, each worker in a copy of its own. */
export function tryAll(
  root: string,
  guards: readonly Guard[],
  onVerdict: (verdict: Verdict) => void,
): Trial {
  const waiting = [...guards]
  const verdicts = new Map<Guard, Verdict>()
  const trees: Tree[] = []
  const tryGuard = createTryGuard()

  async function work(): Promise<void> {
    const tree = copyTree(root)
    trees.push(tree)
    try {
      for (let guard = waiting.shift(); guard !== undefined; guard = waiting.shift()) {
        const verdict = await tryGuard(tree, guard)
        verdicts.set(guard, verdict)
        onVerdict(verdict)
      }
    } finally {
      tree.dispose()
    }
  }

  const workers = Array.from({ length: Math.min(availableParallelism(), guards.length) }, work)
  return {
    verdicts: Promise.all(workers).then(() => guards.flatMap((each) => verdicts.get(each) ?? [])),
    stop() {
      waiting.length = 0
      for (const tree of trees) tree.dispose()
    },
  }
}
