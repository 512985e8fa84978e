import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { User } from '../accounts/index.ts'
import { Secret } from '../support/index.ts'
import type { Context } from './context.ts'
import type { Outcome } from './outcome.ts'
import { stateId } from './state.ts'

/** The password a directory will not take much longer, and the one the person has typed once to replace it. */
export type ExpiredPassword = {
  readonly old: Secret
  readonly chosen?: Secret
}

/**
 * Seals passwords between a challenge and its answer (RULES 22). Opening them takes the key of this process, which
 * never leaves memory, and the State, which the gateway holds: a database, a dump of memory or
 * a recorded packet alone is not enough.
 */
export type PasswordSealer = {
  /** `owner`: key of the person they belong to. */
  seal(state: Uint8Array, owner: string, passwords: ExpiredPassword): Uint8Array
  /** Undefined for what was sealed for another State or person, or by another process. */
  open(state: Uint8Array, owner: string, sealed: Uint8Array): ExpiredPassword | undefined
}

const nonceBytes = 12
const tagBytes = 16

/** AES-256-GCM. `key`: 32 bytes. */
export function createPasswordSealer(key: Uint8Array = randomBytes(32)): PasswordSealer {
  const keyFor = (state: Uint8Array) =>
    Buffer.from(hkdfSync('sha256', key, state, 'holdfast kept passwords', 32))

  return {
    seal(state, owner, { old, chosen }) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', keyFor(state), nonce)
      cipher.setAAD(Buffer.from(owner))
      const text = JSON.stringify([old, chosen].map((each) => each?.reveal()))
      return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
    },

    open(state, owner, sealed) {
      if (sealed.length < nonceBytes + tagBytes) return undefined
      const nonce = sealed.subarray(0, nonceBytes)
      const decipher = createDecipheriv('aes-256-gcm', keyFor(state), nonce)
      decipher.setAAD(Buffer.from(owner))
      decipher.setAuthTag(sealed.subarray(-tagBytes))
      try {
        const body = decipher.update(sealed.subarray(nonceBytes, -tagBytes))
        const text = Buffer.concat([body, decipher.final()]).toString()
        const [old, chosen] = JSON.parse(text) as [string, string | null]
        return { old: new Secret(old), ...(chosen === null ? {} : { chosen: new Secret(chosen) }) }
      } catch {
        return undefined
      }
    },
  }
}

/** Keeps the passwords, sealed, until the challenge is answered or too old. */
export async function keepExpired(context: Context, outcome: Outcome): Promise<void> {
  const { expired, parts, user } = context
  if (expired === undefined || user === undefined || outcome.kind !== 'challenge') return
  const sealed = parts.passwordSealer.seal(outcome.state, user.key, expired)
  const untilMs = parts.clock.nowMs() + outcome.timeoutSeconds * 1_000
  await parts.registry.keepSealed(stateId(outcome.state), sealed, untilMs)
}

/** What was kept for this State, once; undefined when another process kept it. */
export async function takeExpired(
  { parts }: Context,
  user: User,
  state: Uint8Array,
): Promise<ExpiredPassword | undefined> {
  const sealed = await parts.registry.takeSealed(stateId(state))
  return sealed && parts.passwordSealer.open(state, user.key, sealed)
}
