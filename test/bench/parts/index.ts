import { benchCodec } from './codec.ts'
import { benchActiveDirectory, benchOpenLdap } from './directory.ts'
import { benchEap } from './eap.ts'
import { benchHeld } from './held.ts'
import { benchNodes } from './nodes.ts'
import type { Part } from './part.ts'
import { benchPolicy } from './policy.ts'
import { benchPortal } from './portal.ts'
import { benchPush } from './push.ts'
import { benchTotp } from './totp.ts'
import { benchWire } from './wire.ts'

/** Every part of the benchmark: what it measures, and how often both sides run in it when nothing else is said. */
export const parts: Readonly<
  Record<string, { readonly what: string; readonly rounds: number; readonly run: Part }>
> = {
  codec: { what: 'packets decoded and made, without a socket', rounds: 5, run: benchCodec },
  policy: { what: '200 rules of which none holds', rounds: 21, run: benchPolicy },
  wire: { what: 'PAP without second factor and audit, and p99', rounds: 5, run: benchWire },
  totp: { what: 'PAP with TOTP and a durable audit row, and p99', rounds: 5, run: benchTotp },
  directory: { what: 'sign-ins with Samba', rounds: 5, run: benchActiveDirectory },
  openldap: { what: 'sign-ins with OpenLDAP', rounds: 5, run: benchOpenLdap },
  held: { what: '100,000 requests held open', rounds: 1, run: benchHeld },
  portal: { what: 'people at the portal, and RADIUS beside them', rounds: 3, run: benchPortal },
  push: { what: '2,000 prompts on phones, and how fast one lets in', rounds: 3, run: benchPush },
  nodes: {
    what: 'one and two nodes on PostgreSQL, and approvals between them',
    rounds: 3,
    run: benchNodes,
  },
  eap: { what: 'conversations of EAP, and their memory', rounds: 5, run: benchEap },
}
