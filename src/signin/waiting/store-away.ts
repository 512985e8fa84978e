import type { AccountState } from '../../accounts/index.ts'
import { answerByMs } from '../attempt.ts'
import { type Context, note } from '../context.ts'

/** Between two questions whether the store is there again. */
const pauseMs = 250
/** How long one that fails may take, and after it the row that cannot be written. */
const questionMs = 2_000

/**
 * While the database of the store is away, a new request waits for it, before any name is looked up and any password is
 * tried: a standby takes over within seconds. Rejects with StoreError where it stays away for as long as the gateway waits.
 */
export async function waitForStore(context: Context): Promise<void> {
  const { store } = context.parts
  if (store.mayBeAway()) await whenBack(context, store.ask)
}

/** Loads an account, and waits for the store as long as the gateway waits for us. Rejects with StoreError. */
export function loadWhenBack(context: Context, userKey: string): Promise<AccountState> {
  return whenBack(context, () => context.parts.accounts.load(userKey))
}

/**
 * What was begun comes to; undefined where the database is away when the answer has to leave, and it waits for that still.
 * It then ends by itself, and goes no further. Where the store is a file nothing waits for it.
 */
export function inTime<Result>(
  context: Context,
  begun: Promise<Result>,
): Promise<Result | undefined> {
  const { attempt, parts } = context
  if (!parts.registry.isShared) return begun
  return new Promise((resolve, reject) => {
    const timer = parts.wheel.at(answerByMs(attempt), () => {
      if (parts.store.awayForMs() === 0) return
      context.isGivenUp = true
      resolve(undefined)
    })
    begun.then(resolve, reject).finally(() => timer.cancel())
  })
}

async function whenBack<Answer>(context: Context, ask: () => Promise<Answer>): Promise<Answer> {
  const { attempt, live, parts } = context
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask()
    } catch (error) {
      const hasTime = parts.clock.nowMs() + pauseMs + questionMs < answerByMs(attempt)
      if (!parts.store.isAway(error) || !hasTime || live.stop.code !== undefined) throw error
      if (tries === 1) note(context, 'waited-for-store')
      const againAtMs = parts.clock.nowMs() + pauseMs
      await new Promise<void>((resolve) => parts.wheel.at(againAtMs, resolve))
    }
  }
}
