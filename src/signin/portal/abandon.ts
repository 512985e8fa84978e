import type { GatewayRules } from '../attempt.ts'
import type { SignInParts } from '../parts.ts'

/** Gives up a sign-in whose question will not be answered: its phone stops ringing, so that another can begin. */
export type Abandon = (gateway: GatewayRules, state: Uint8Array) => Promise<void>

export function createAbandon({ clock, registry, states }: SignInParts): Abandon {
  return async (gateway, state) => {
    const promptId = states.open(state, gateway.name, clock.nowMs())?.promptId
    if (promptId !== undefined) await registry.cancelPrompt(promptId)
  }
}
