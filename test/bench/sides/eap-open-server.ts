// The real listener and server for EAP with TTLS, and a sign-in that no one reaches: what open conversations cost.
import { readFileSync } from 'node:fs'
import {
  createEapServer,
  createTlsContext,
  createTtls,
  withTunnel,
} from '../../../src/eap/index.ts'
import { systemClock as clock, createTimerWheel } from '../../../src/support/index.ts'
import { createGatewayTable, createRadiusListener } from '../../../src/transport/index.ts'
import { benchGateway } from './gateway.ts'
import { serveParent } from './server-script.ts'

export type OpenQuestion = { readonly kind: 'memory' }
export type OpenAnswer = {
  readonly halfOpen: number
  readonly running: number
  /** Bytes of the heap and outside of it, after collection. */
  readonly held: number
  readonly rss: number
}

const fail = (error: unknown): never => {
  console.error(error)
  process.exit(1)
}
const nobody = () => fail('nobody was to sign in')
const quiet = () => {}
const [certFile = '', keyFile = ''] = process.argv.slice(2)
const [cert, key] = [readFileSync(certFile, 'utf8'), readFileSync(keyFile, 'utf8')]
const context = createTlsContext({ cert, key, maxVersion: 'TLSv1.2' })
const methods = [withTunnel(createTtls({ proofs: ['pap'], methods: [] }), context)]
const wheel = createTimerWheel(clock, { onError: fail })
const server = createEapServer({
  nodeName: 'bench',
  gateway: () => ({ methods, packetSize: 1_024 }),
  signIn: nobody,
  refuse: nobody,
  clock,
  wheel,
  observer: { onLapse: quiet, onError: fail },
})
const listener = createRadiusListener({
  replyCache: { keepMs: 30_000, maxBytes: 64 * 1024 * 1024 },
  listen: [{ address: '127.0.0.1', port: 0 }],
  gateways: createGatewayTable([{ ...benchGateway({ flow: 'append' }), eap: true }]),
  signIn: nobody,
  eap: server.receive,
  clock,
  wheel,
  observer: {
    onDrop: ({ reason, error }) => fail(error ?? reason),
    onAnswer: quiet,
    onResend: quiet,
    onStatus: quiet,
    onAccounting: quiet,
    onVerified: quiet,
    onLearnt: quiet,
    onSendError: fail,
    onSocket: quiet,
  },
  maxOpen: 20_000,
})

const [bound] = await listener.start()
serveParent(bound?.port ?? 0, (): OpenAnswer => {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { ...server.stats(), held: heapUsed + external, rss }
})
