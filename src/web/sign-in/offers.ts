import { createHmac, randomBytes } from 'node:crypto'
import { sureOfAll, type TakeOvers } from '../../accounts/index.ts'
import { type Clock, constantTimeEqual } from '../../support/index.ts'

/**
 * What a passkey may sign to sign in with nothing else. Every page that asks for a name makes an offer, no matter who
 * looks at it: so none is kept, and no flood of them pushes out another one.
 */
export type PasskeyOffers = {
  /** A challenge, in base64url, for the browser whose token has this hash. */
  make(tokenHash: Uint8Array): string
  /** Whether that browser was given this challenge, and may still answer it. */
  stands(tokenHash: Uint8Array, challenge: string): boolean
  /** False where it was used before. Only for what a passkey of ours has signed: only that is kept. */
  use(challenge: string): Promise<boolean>
}

/** What processes that stand for each other have in common. Without it, offers end with the process. */
export type SharedOffers = {
  /** Makes the challenges: 32 bytes. */
  readonly key: Uint8Array
  /** Notes that one was used, until it ends: true once. */
  use(challenge: string, untilMs: number): Promise<boolean>
}

/** A page that waits for a name can be open for long. */
const offerMs = 900_000
/** A clock may be behind that of the database. */
const marginMs = 5_000
/** Of the challenge: when it ends, and then what only we can make. */
const endBytes = 6
const challengeBytes = 32

export function createPasskeyOffers(
  { nowMs }: Pick<Clock, 'nowMs'>,
  takeOvers: TakeOvers = sureOfAll,
  { key, use }: SharedOffers = ownOffers(nowMs),
): PasskeyOffers {
  function challengeOf(tokenHash: Uint8Array, untilMs: number): Buffer {
    const end = Buffer.alloc(endBytes)
    end.writeUIntBE(untilMs, 0, endBytes)
    const mac = createHmac('sha256', key).update(end).update(tokenHash).digest()
    return Buffer.concat([end, mac]).subarray(0, challengeBytes)
  }

  function endOf(challenge: Buffer): number {
    return challenge.length === challengeBytes ? challenge.readUIntBE(0, endBytes) : 0
  }

  return {
    make: (tokenHash) => challengeOf(tokenHash, nowMs() + offerMs).toString('base64url'),

    stands(tokenHash, text) {
      const challenge = Buffer.from(text, 'base64url')
      const untilMs = endOf(challenge)
      // One that was perhaps used at a server of the database which has failed (O3).
      if (takeOvers.isUnsure(untilMs - offerMs - marginMs)) return false
      return untilMs > nowMs() && constantTimeEqual(challenge, challengeOf(tokenHash, untilMs))
    },

    use(challenge) {
      const bytes = Buffer.from(challenge, 'base64url')
      return use(bytes.toString('base64url'), endOf(bytes))
    },
  }
}

function ownOffers(nowMs: Clock['nowMs']): SharedOffers {
  const used = new Map<string, number>()
  return {
    key: randomBytes(32),
    async use(challenge, untilMs) {
      for (const [other, otherUntilMs] of used) if (otherUntilMs <= nowMs()) used.delete(other)
      if (used.has(challenge)) return false
      used.set(challenge, untilMs)
      return true
    },
  }
}
