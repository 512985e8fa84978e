import { randomBytes } from 'node:crypto'
import type { ContinuationSealer } from '../continued/continuation-sealer.ts'
import type { SignInRegistry } from '../sharing/registry.ts'

/**
 * Passwords that wait for a second factor: sealed, in memory alone, and gone with the process, or for two hours at most
 * where several processes share them (RULES 22). What is given out opens them once, for their owner.
 */
export type KeptSecrets = {
  keep(owner: string, text: string, untilMs: number): Promise<string>
  /** Undefined for what was taken before, is too old, or was kept for somebody else. */
  take(key: string, owner: string): Promise<string | undefined>
}

export function createKeptSecrets(parts: {
  readonly registry: Pick<SignInRegistry, 'keepSealed' | 'takeSealed'>
  readonly continuationSealer: ContinuationSealer
}): KeptSecrets {
  const { continuationSealer, registry } = parts
  return {
    async keep(owner, text, untilMs) {
      const key = randomBytes(32).toString('base64url')
      const sealed = continuationSealer.seal(Buffer.from(key), owner, text)
      await registry.keepSealed(`portal:${key}`, sealed, untilMs)
      return key
    },
    async take(key, owner) {
      const sealed = await registry.takeSealed(`portal:${key}`)
      return sealed && continuationSealer.open(Buffer.from(key), owner, sealed)
    },
  }
}
