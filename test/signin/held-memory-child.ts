// Measures what a held sign-in costs, in a process that has done nothing else: what other tests leave in
// the heap, and the shapes of objects they have made, would count along.
import type { CallDelivery } from '../../src/delivery/index.ts'
import { createLocalDirectory } from '../../src/directory/index.ts'
import { createCallMethod } from '../../src/methods/index.ts'
import { attributeType, integerAttribute, textAttributes } from '../../src/radius/index.ts'
import { createSignIn, type SignInParts } from '../../src/signin/index.ts'
import { Secret } from '../../src/support/index.ts'
import { createTexts } from '../../src/texts/index.ts'
import { createGatewayTable } from '../../src/transport/gateways/gateway-table.ts'
import { handleDatagram } from '../../src/transport/handle-datagram.ts'
import { createListenerState } from '../../src/transport/listener/listener-state.ts'
import { usedBytes } from '../support/heap.ts'
import { accessRequest, bounds, createRecorder, gateway, noEap } from '../transport/harness.ts'
import { createWorld, flush, gatewayRules } from './harness.ts'

/** Calls that ring forever, and cost the provider nothing. */
const forEver = new Promise<never>(() => {})
const nullProvider: CallDelivery = { place: () => forEver, hangUp: async () => undefined }

/** Sign-ins as they come from the wire, up to the call; the stores keep nothing. */
function createServer(people: number) {
  const world = createWorld()
  const { clock, wheel } = world
  const users = Array.from({ length: people }, (_, index) => ({
    name: `person${index}`,
    phones: [`+316${index.toString().padStart(8, '0')}`],
    password: new Secret('hunter2'),
  }))
  const parts: SignInParts = {
    ...world.parts,
    directories: new Map([
      ['local', createLocalDirectory({ name: 'local', users, allowClear: true }, { clock })],
    ]),
    limits: {
      take: async () => ({ ok: true }),
      look: async () => ({ ok: true }),
      release: async () => undefined,
    },
    prompts: {
      open: async () => undefined,
      setProviderId: async () => undefined,
      close: async () => undefined,
      listOpen: async () => [],
    },
    approvals: new Map([
      [
        'call',
        createCallMethod({
          calls: nullProvider,
          texts: createTexts({ defaultLanguage: 'en' }),
          clock,
          backup: true,
        }),
      ],
    ]),
  }
  const rules = gatewayRules({ flow: 'hold', patienceMs: 600_000 })
  const listener = createListenerState({
    ...bounds,
    gateways: createGatewayTable([gateway('vpn', { rules, maxOpen: people })]),
    signIn: createSignIn(parts),
    eap: noEap,
    clock,
    wheel,
    observer: createRecorder().observer,
  })
  const socket = { id: 1, send: () => undefined }
  // One text for all datagrams of a gateway, as sockets give it.
  const gatewayAddress = { address: '192.0.2.1', host: '192.0.2.1' }

  async function receive(from: number, to: number): Promise<void> {
    for (let index = from; index < to; index++) {
      const { CallingStationId, NasPort, AcctSessionId } = attributeType
      const { bytes } = accessRequest({
        identifier: index & 255,
        user: `person${index}`,
        nas: 'vpn-1',
        attributes: [
          ...textAttributes(CallingStationId, `02-00-00-00-${hex(index >> 8)}-${hex(index)}`),
          integerAttribute(NasPort, index),
          ...textAttributes(AcctSessionId, `0000${index}`),
        ],
      })
      const source = { socket, ...gatewayAddress, port: 40_000 + (index >> 8) }
      // In memory of its own, as the socket gives it.
      handleDatagram(listener, Buffer.from(Uint8Array.from(bytes).buffer), source)
      if (index % 200 === 0) await flush()
    }
    await flush()
  }

  return { receive, listener }
}

function hex(byte: number): string {
  return (byte & 255).toString(16).padStart(2, '0')
}

const [warm, count] = [1_000, 15_000]
const server = createServer(warm + count)
// What the compiler keeps for code that runs for the first time is not a cost of a request.
await server.receive(0, warm)
const before = usedBytes()
await server.receive(warm, warm + count)
const open = server.listener.open.stats.total
console.log(JSON.stringify({ open, bytesEach: (usedBytes() - before) / count }))
process.exit()
