import { createHmac, randomInt } from 'node:crypto'
import * as z from 'zod'
import { constantTimeEqual } from '../../support/index.ts'

/** NIST SP 800-63B-4: six digits, and ten minutes. */
const digits = 6
const lastsMs = 600_000

/**
 * What is kept of a code that was sent to prove a number or an address; it is in a sealed row. A node of the next version may
 * have added to it.
 */
export const sentProof = z.object({
  hash: z.string(),
  untilMs: z.int(),
  triesLeft: z.int(),
})
export type SentProof = z.output<typeof sentProof>

export function createSentProof(
  { userKey, to, hashKey }: ProofPlace,
  tries: number,
  nowMs: number,
): { readonly code: string; readonly proof: SentProof } {
  const code = String(randomInt(10 ** digits)).padStart(digits, '0')
  const hash = hashOf(code, { userKey, to, hashKey })
  return { code, proof: { hash, untilMs: nowMs + lastsMs, triesLeft: tries } }
}

/** Whose code it is, and where it was sent: it proves nothing else. */
export type ProofPlace = {
  readonly userKey: string
  readonly to: string
  readonly hashKey: Uint8Array
}

/** What was typed; a proof without tries left is worth nothing. */
export function checkSentProof(
  proof: SentProof,
  typed: string,
  place: ProofPlace,
  nowMs: number,
): { readonly kind: 'right' | 'ended' } | { readonly kind: 'wrong'; readonly proof: SentProof } {
  if (proof.triesLeft <= 0 || nowMs >= proof.untilMs) return { kind: 'ended' }
  const hash = hashOf(typed.replace(/[\s-]/g, ''), place)
  if (constantTimeEqual(Buffer.from(hash), Buffer.from(proof.hash))) return { kind: 'right' }
  const triesLeft = proof.triesLeft - 1
  return triesLeft <= 0 ? { kind: 'ended' } : { kind: 'wrong', proof: { ...proof, triesLeft } }
}

function hashOf(code: string, { userKey, to, hashKey }: ProofPlace): string {
  return createHmac('sha256', hashKey)
    .update(`sent proof\0${userKey}\0${to}\0${code}`)
    .digest('hex')
}
