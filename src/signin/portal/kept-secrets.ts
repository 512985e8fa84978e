import { randomBytes } from 'node:crypto'
import type { ContinuationSealer } from '../continued/continuation-sealer.ts'
import type { SignInRegistry } from '../sharing/registry.ts'
import { stateId } from '../state/state.ts'

/**
 * Passwords that wait for a second factor: sealed, in memory alone, and gone with the process, or for minutes in a
 * database that processes share (RULES 22). What is given out opens them once, for their owner, with what only the
 * owner's browser holds: the rows of a database and their keys are not enough.
 */
export type KeptSecrets = {
  /** `held`: the token of the browser's session. */
  keep(owner: string, held: string, text: string, untilMs: number): Promise<string>
  /** Undefined for what was taken before, is too old, or was kept for someone else. */
  take(key: string, owner: string, held: string): Promise<string | undefined>
}

export function createKeptSecrets(parts: {
  readonly registry: Pick<SignInRegistry, 'keepSealed' | 'takeSealed'>
  readonly continuationSealer: ContinuationSealer
}): KeptSecrets {
  const { continuationSealer, registry } = parts
  const stateOf = (...parts: readonly [key: string, held: string]) => Buffer.from(parts.join(' '))
  return {
    async keep(owner, held, text, untilMs) {
      const key = randomBytes(32).toString('base64url')
      const sealed = continuationSealer.seal(stateOf(key, held), owner, text)
      await registry.keepSealed(nameOf(key), sealed, untilMs)
      return key
    },
    async take(key, owner, held) {
      const sealed = await registry.takeSealed(nameOf(key))
      return sealed && continuationSealer.open(stateOf(key, held), owner, sealed)
    },
  }
}

/** The key itself stays out of the registry, which may be rows. */
function nameOf(key: string): string {
  return `portal:${stateId(Buffer.from(key))}`
}
