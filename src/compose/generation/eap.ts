import { randomBytes, X509Certificate } from 'node:crypto'
import type { SecureContext } from 'node:tls'
import type { Config, Finding, GatewayConfig } from '../../config/index.ts'
import {
  type AskStatus,
  createEapTls,
  createGtc,
  createMd5,
  createMsChapV2,
  createOcsp,
  createPeap,
  createSessionCache,
  createTlsContext,
  createTtls,
  type EapGateway,
  type InnerMethodFactory,
  type OuterMethodFactory,
  postOcsp,
  type Resumption,
  type TlsVersion,
  type TtlsProof,
  withoutTunnel,
  withTunnel,
} from '../../eap/index.ts'
import { readAuthorities, readPem, readRevocations } from '../../files/index.ts'
import { eapType } from '../../radius/index.ts'
import type { Clock } from '../../support/index.ts'
import { messageOf } from '../../support/index.ts'

type EapConfig = NonNullable<GatewayConfig['eap']>
type MethodName = EapConfig['methods'][number]
type InnerName = EapConfig['inner'][number]

/** What the server calls itself to peers of inner methods, which show it to no one. */
const serverName = 'holdfast'
const passwordPrompt = 'Password: '

/** EAP at the gateways that have it, by their name. Throws what OpenSSL says of certificate and key. */
export function createEapGateways(config: Config, clock: Clock): ReadonlyMap<string, EapGateway> {
  const contexts = createContexts(config)
  const gateways = new Map<string, EapGateway>()
  for (const { name, eap, msChapV1 } of Object.values(config.gateways)) {
    if (eap === undefined) continue
    if (eap.passOn) {
      gateways.set(name, { isPassedOn: true, methods: [], packetSize: eap.packetSize })
      continue
    }
    const create = (method: MethodName): OuterMethodFactory => {
      switch (method) {
        case 'ttls':
          return withTunnel(
            createTtls({ proofs: proofsOf(eap, msChapV1), methods: innerMethodsOf(eap) }),
            contexts.ofServer(`TLSv${eap.tlsMax}`),
            resumption(eap, clock),
          )
        case 'peap':
          return withTunnel(
            createPeap({
              methods: innerMethodsOf(eap).filter(({ type }) => type !== eapType.Md5Challenge),
              cryptoBinding: eap.cryptoBinding,
              random: randomBytes,
            }),
            contexts.ofServer(`TLSv${eap.tlsMax}`),
            resumption(eap, clock),
          )
        case 'tls': {
          const { names, requireSid } = devicesOf(config.eap)
          const askStatus = contexts.responders(clock)
          const rules = { names, requireSid, askStatus, clock }
          return withTunnel(createEapTls(rules), contexts.forDevices(), resumption(eap, clock))
        }
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

/** Sessions end with the settings they began under: a reload may have brought other passwords, or lists. */
function resumption({ resumeMs }: EapConfig, clock: Clock): Resumption | undefined {
  return resumeMs === 0 ? undefined : { cache: createSessionCache(resumeMs, clock), clock }
}

/** Files are read once, and again at each reload. */
type Contexts = {
  /** For tunnels in which something else proves who it is. */
  ofServer(maxVersion: TlsVersion): SecureContext
  /** For tunnels to which devices come with certificates. */
  forDevices(): SecureContext
  /** Undefined where revoked certificates are not looked up. */
  responders(clock: Clock): AskStatus | undefined
}

function createContexts({ eap }: Config): Contexts {
  const made = new Map<string, SecureContext>()
  let ask: AskStatus | undefined

  function make(
    name: string,
    maxVersion: TlsVersion,
    trust: { ca?: string[]; crl?: string[] } = {},
  ) {
    const known = made.get(name)
    if (known !== undefined) return known
    if (eap === undefined) throw new Error('EAP with a tunnel, and no certificate for it')
    const cert = readPem(eap.certFile)
    const key = readPem(eap.keyFile)
    const context = createTlsContext({ cert, key, maxVersion, ...trust })
    made.set(name, context)
    return context
  }

  return {
    ofServer: (maxVersion) => make(maxVersion, maxVersion),
    forDevices() {
      const { caFile, crlFile } = devicesOf(eap)
      const ca = readAuthorities(caFile)
      const trust = crlFile === undefined ? { ca } : { ca, crl: readRevocations(crlFile) }
      return make('devices', 'TLSv1.3', trust)
    },
    responders(clock) {
      const { caFile, ocsp } = devicesOf(eap)
      if (!ocsp) return undefined
      ask ??= createOcsp({ authorities: authoritiesOf(caFile), post: postOcsp, clock })
      return ask
    },
  }
}

function authoritiesOf(caFile: string): readonly X509Certificate[] {
  return readAuthorities(caFile).map((pem) => new X509Certificate(pem))
}

function devicesOf(eap: Config['eap']) {
  if (eap?.devices === undefined) throw new Error('EAP-TLS, and no authority for it')
  return eap.devices
}

/** Says what is wrong with certificates, keys and lists, with the place in the file. */
export function checkEapCertificate(config: Config): readonly Finding[] {
  const { demo, eap } = config
  // That of the demo is made later.
  if (eap === undefined || demo?.wifiCertificate === true) return []
  const contexts = createContexts(config)
  return [
    ...whatFails(['eap'], 'certificate and key', () => contexts.ofServer('TLSv1.2')),
    ...(eap.devices === undefined
      ? []
      : whatFails(['eap', 'devices'], 'authorities and lists', contexts.forDevices)),
  ]
}

function whatFails(path: Finding['path'], what: string, use: () => unknown): readonly Finding[] {
  try {
    use()
    return []
  } catch (error) {
    const message = messageOf(error)
    return [{ path, message: `${what} cannot be used: ${message}` }]
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
