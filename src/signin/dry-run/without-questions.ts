import type { GatewayRules } from '../attempt.ts'

/** The method shows the question: where it cannot, no code is sent, since no one could type it. */
export function withoutQuestions(gateway: GatewayRules): GatewayRules {
  const flow = gateway.flow === 'challenge' ? 'hold' : gateway.flow
  return { ...gateway, challenges: false, flow }
}
