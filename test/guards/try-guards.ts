import type { Guard } from './guard.ts'
import type { Tree } from './tree.ts'

/** What removing one guard has shown. */
export type Verdict = {
  readonly guard: Guard
  readonly kind: 'noticed' | 'failed' | 'skipped'
  readonly detail: string
}

/** Removes one guard after the other in a tree, and tells of each what the tests made of it. */
export type TryGuard = (tree: Tree, guard: Guard) => Promise<Verdict>

/**
 * A test that fails with the guard in place shows nothing when it is gone, so each file runs once in an
 * unchanged tree first.
 */
export function createTryGuard(): TryGuard {
  const unchanged = new Map<string, Promise<Judgement | undefined>>()

  return async (tree, guard) => {
    const verdict = ({ kind, detail }: Judgement): Verdict => ({ guard, kind, detail })
    for (const file of guard.noticedBy) {
      const before = unchanged.get(file) ?? tree.test(file).then((result) => judgeWith(result))
      unchanged.set(file, before)
      const judged = await before
      if (judged !== undefined) return verdict({ ...judged, detail: `${file}: ${judged.detail}` })
    }
    let restore: () => void
    try {
      restore = tree.remove(guard)
    } catch (error) {
      return verdict({ kind: 'failed', detail: String(error) })
    }
    try {
      const noticed: string[] = []
      for (const file of guard.noticedBy) {
        const judged = judgeWithout(await tree.test(file))
        if (judged.kind !== 'noticed')
          return verdict({ ...judged, detail: `${file}: ${judged.detail}` })
        noticed.push(judged.detail)
      }
      return verdict({ kind: 'noticed', detail: noticed.join('; ') })
    } finally {
      restore()
    }
  }
}

type Judgement = Pick<Verdict, 'kind' | 'detail'>
type Result = Awaited<ReturnType<Tree['test']>>

/** With the guard in place. Undefined: the test passes. */
function judgeWith(result: Result): Judgement | undefined {
  if (result === undefined) return { kind: 'failed', detail: 'does not run, with the guard' }
  const failure = result.asserted ?? result.broken
  if (failure !== undefined) return { kind: 'failed', detail: `fails with the guard: ${failure}` }
  if (result.passed > 0) return undefined
  return result.skipped > 0
    ? { kind: 'skipped', detail: 'all tests are skipped on this machine' }
    : { kind: 'failed', detail: 'has no test' }
}

function judgeWithout(result: Result): Judgement {
  if (result === undefined) return { kind: 'failed', detail: 'does not run, without the guard' }
  if (result.asserted !== undefined) return { kind: 'noticed', detail: result.asserted }
  return {
    kind: 'failed',
    detail:
      result.broken === undefined
        ? 'passes without the guard'
        : `fails without the guard, but by no assertion: ${result.broken}`,
  }
}
