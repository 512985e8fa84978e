import type { User } from '../../../src/accounts/index.ts'
import {
  createUpstreamDirectory,
  type UpstreamEvent,
  type UpstreamOptions,
} from '../../../src/directory/index.ts'
import type { Credential, RequestToVerify } from '../../../src/signin/index.ts'
import { Secret } from '../../../src/support/index.ts'
import { createManualClock } from '../../support/manual-clock.ts'
import { type Peer, peerSecret } from './peer.ts'

export const alice: User = {
  key: 'nps:alice',
  directory: 'nps',
  name: 'alice',
  displayName: 'alice',
  groups: [],
  phones: [],
}

export const anySignal = new AbortController().signal

export const pap = (password: string): Credential => ({
  kind: 'pap',
  password: new Secret(password),
  wellFormed: true,
})

export const request = (more: Partial<RequestToVerify['attempt']> = {}): RequestToVerify => ({
  attempt: {
    id: 'attempt-0001',
    userName: 'CORP\\Alice',
    attributes: [],
    gateway: { name: 'vpn' },
    ...more,
  },
})

export const serverAt = (port: number) => ({
  address: '127.0.0.1',
  port,
  secret: new Secret(peerSecret),
  unsignedReplies: false,
})

/** A directory that asks these peers, by a clock that a test moves. */
export function setUp(peers: readonly Pick<Peer, 'port'>[], more: Partial<UpstreamOptions> = {}) {
  const clock = createManualClock()
  const events: UpstreamEvent[] = []
  const directory = createUpstreamDirectory(
    {
      name: 'nps',
      servers: peers.map(({ port }) => serverAt(port)),
      timeoutMs: 1_000,
      tries: 2,
      probe: { kind: 'status-server' },
      inFlight: 1_024,
      queue: 10,
      users: undefined,
      domains: ['CORP', 'corp.example'],
      pass: new Set(),
      showMessages: false,
      ...more,
    },
    { clock, log: (event) => events.push(event) },
  )
  const verify = (password: string, signal = anySignal) =>
    directory.verify(alice, pap(password), signal, request())
  return { clock, events, directory, verify }
}

/** Waits for a condition; mocha ends a test whose condition never comes. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1))
}
