import type { ExchangeEvent } from '../try/exchange.ts'

/** How a prompt reached the person. */
export type PromptKind = 'call' | 'sms' | 'email' | 'push' | 'passkey'

/** What happens to the person, in milliseconds since 1970 as everything else. */
export type PersonEvent =
  | {
      readonly kind: 'prompted'
      readonly atMs: number
      readonly by: PromptKind
      readonly to: string
    }
  /** Keys of a phone, or what was typed there or has signed. */
  | {
      readonly kind: 'pressed'
      readonly atMs: number
      readonly keys: string
      readonly counts: boolean
    }
  /** At the gateway: a code, a word of the menu, or nothing but Enter. */
  | { readonly kind: 'typed'; readonly atMs: number; readonly what: 'code' | 'word' | 'Enter' }
  /** Starts again after a failure. */
  | { readonly kind: 'again'; readonly atMs: number }

/** Which request a packet is of; `server` starts at 1. */
type OfRequest = { readonly identifier: number; readonly server: number }

export type SimulationEvent = PersonEvent | (ExchangeEvent & OfRequest)
