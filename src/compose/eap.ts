import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { SecureContext } from 'node:tls'
import type { Config, Finding, GatewayConfig } from '../config/index.ts'
import {
  createGtc,
  createMd5,
  createMsChapV2,
  createTlsContext,
  createTtls,
  type EapGateway,
  type InnerMethodFactory,
  type OuterMethodFactory,
  type TlsVersion,
  type TtlsProof,
  withoutTunnel,
  withTunnel,
} from '../eap/index.ts'

type EapConfig = NonNullable<GatewayConfig['eap']>
type MethodName = EapConfig['methods'][number]
type InnerName = EapConfig['inner'][number]

/** What the server calls itself to peers of inner methods, which show it to nobody. */
const serverName = 'holdfast'
const passwordPrompt = 'Password: '

/** EAP at the gateways that have it, by their name. Throws what OpenSSL says of certificate and key. */
export function createEapGateways(config: Config): ReadonlyMap<string, EapGateway> {
  const contextOf = createContexts(config)
  const gateways = new Map<string, EapGateway>()
  for (const { name, eap, msChapV1 } of Object.values(config.gateways)) {
    if (eap === undefined) continue
    const create = (method: MethodName): OuterMethodFactory => {
      switch (method) {
        case 'ttls':
          return withTunnel(
            createTtls({ proofs: proofsOf(eap, msChapV1), methods: innerMethodsOf(eap) }),
            contextOf(`TLSv${eap.tlsMax}`),
          )
        case 'gtc':
        case 'md5':
        case 'ms-chap-v2':
          return withoutTunnel(innerMethod(method))
      }
    }
    gateways.set(name, { methods: eap.methods.map(create), packetSize: eap.packetSize })
  }
  return gateways
}

/** The certificate and key are read once, and again at each reload. */
function createContexts({ eap }: Config): (maxVersion: TlsVersion) => SecureContext {
  const contexts = new Map<TlsVersion, SecureContext>()
  return (maxVersion) => {
    if (eap === undefined) throw new Error('EAP with a tunnel, and no certificate for it')
    const known = contexts.get(maxVersion)
    if (known !== undefined) return known
    const cert = readFileSync(eap.certFile, 'utf8')
    const key = readFileSync(eap.keyFile, 'utf8')
    const context = createTlsContext({ cert, key, maxVersion })
    contexts.set(maxVersion, context)
    return context
  }
}

/** Says what is wrong with the certificate or its key, with the place in the file. */
export function checkEapCertificate(config: Config): readonly Finding[] {
  if (config.eap === undefined) return []
  try {
    createContexts(config)('TLSv1.2')
    return []
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return [{ path: ['eap'], message: `certificate and key cannot be used: ${message}` }]
  }
}

function proofsOf({ inner }: EapConfig, msChapV1: boolean): readonly TtlsProof[] {
  const proofs = (['pap', 'chap', 'ms-chap-v2'] as const).filter((proof) => inner.includes(proof))
  return msChapV1 ? [...proofs, 'ms-chap'] : proofs
}

const withEap: Readonly<Partial<Record<InnerName, 'gtc' | 'md5' | 'ms-chap-v2'>>> = {
  'eap-gtc': 'gtc',
  'eap-md5': 'md5',
  'eap-ms-chap-v2': 'ms-chap-v2',
}

function innerMethodsOf({ inner }: EapConfig): readonly InnerMethodFactory[] {
  return inner.flatMap((name) => {
    const method = withEap[name]
    return method === undefined ? [] : [innerMethod(method)]
  })
}

function innerMethod(name: 'gtc' | 'md5' | 'ms-chap-v2'): InnerMethodFactory {
  switch (name) {
    case 'gtc':
      return createGtc(passwordPrompt)
    case 'md5':
      return createMd5(serverName, randomBytes)
    case 'ms-chap-v2':
      return createMsChapV2({ serverName, random: randomBytes })
  }
}
