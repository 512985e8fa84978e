import type { User } from '../accounts/index.ts'
import type { Outcome } from './outcome.ts'
import type { AbandonedClaim, Settled } from './sharing/registry.ts'
import type { ApproveOption } from './usable/choices.ts'

export type Passed = { readonly kind: 'passed' }

/** What happens when the gateway's patience ends before the person has answered. */
export type AtMargin = 'reject' | 'challenge' | 'reject-and-keep'

/** A prompt is open, and the request waits until it ends. */
export type Held = {
  readonly kind: 'held'
  readonly user: User
  readonly promptId: string
  /** Whether another request opened the prompt. */
  readonly shared: boolean
  readonly atMargin: AtMargin
  /** Key under which a late approval is valid; always set for `reject-and-keep`. */
  readonly lateKey: string | undefined
  /** How the person was asked: what a question that follows says. Not in an object of its own (RULES 32). */
  readonly method: ApproveOption['method']
  readonly to: ApproveOption['to']
}

/** An equal request is under way, or was a moment ago: its outcome is also this one's. */
export type Following = {
  readonly kind: 'following'
  readonly settled: Promise<Settled | AbandonedClaim>
}

/** What a step towards both factors comes to. */
export type Step = Passed | Outcome | Held
