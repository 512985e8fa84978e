import { createSharedSecret } from '../../../src/radius/index.ts'
import type { GatewayRules } from '../../../src/signin/index.ts'
import { utf8 } from '../../../src/support/index.ts'
import type { GatewayEntry } from '../../../src/transport/index.ts'

export const benchSecret = 'testing123'

/** The one gateway of servers that are put together without a configuration. */
export function benchGateway(
  rules: Pick<GatewayRules, 'flow'> & Partial<GatewayRules>,
): GatewayEntry {
  return {
    rules: {
      name: 'vpn',
      group: 'vpn',
      label: 'VPN',
      challenges: false,
      patienceMs: 20_000,
      marginMs: 1_000,
      firstFactor: { kind: 'directories', names: ['people'] },
      secondFactorFirst: false,
      methods: ['totp', 'call'],
      append: { delimiter: ',', words: false },
      personSpecificDevice: true,
      onDirectoryDown: 'reject',
      requireGroups: [],
      denyGroups: [],
      replyAttributes: [],
      ...rules,
    },
    prefixes: ['127.0.0.1'],
    trustNasIdentifier: false,
    secret: createSharedSecret(benchSecret),
    messageAuthenticator: 'required',
    learnt: false,
    charset: utf8,
    msChapV1: false,
    maxOpen: 200_000,
  }
}
