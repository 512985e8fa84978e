import type { GatewayRules } from '../attempt.ts'

/** What is asked is shown by the method: where that cannot, no code goes out that no one could type. */
export function withoutQuestions(gateway: GatewayRules): GatewayRules {
  const flow = gateway.flow === 'challenge' ? 'hold' : gateway.flow
  return { ...gateway, challenges: false, flow }
}
