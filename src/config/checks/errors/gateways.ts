import { entryOf, type Finding, unknownName } from '../../finding.ts'
import { availableMethods } from '../../resolved/resolve.ts'
import type { ParsedConfig } from '../../schema/schema.ts'
import { notSetUp } from './rules.ts'

/** EAP methods that begin with TLS. */
const tunnels: readonly string[] = ['ttls', 'peap', 'tls']

/** What is wrong with one gateway for itself. */
export function checkGateway(
  config: ParsedConfig,
  name: string,
  gateway: ParsedConfig['gateways'][string],
): readonly Finding[] {
  const at = (...rest: string[]) => ['gateways', name, ...rest]
  const { firstFactor = [], directories = [] } = gateway
  const none = gateway.flow === 'code-only' || firstFactor.includes('none')
  const available = availableMethods(config)
  const ownEap = gateway.eap?.passOn === true ? undefined : gateway.eap
  const findings: (Finding | false)[] = [
    gateway.marginMs >= gateway.patienceMs / 2 && {
      path: at('margin'),
      message: 'must be less than half of patience',
    },
    gateway.flow === 'code-only' &&
      firstFactor.some((factor) => factor !== 'none') && {
        path: at('first_factor'),
        message: 'must be none with flow code-only: the password field holds the code',
      },
    gateway.flow === 'append' &&
      none && {
        path: at('flow'),
        message: 'append needs a password to follow; use code-only with first_factor none',
      },
    gateway.flow === 'append' &&
      gateway.append === false && {
        path: at('append'),
        message: 'must not be false with flow append: the code follows the password there',
      },
    none &&
      firstFactor.length > 1 && {
        path: at('first_factor'),
        message:
          'none cannot be combined with others; name the places where people are looked up in directories',
      },
    !none &&
      directories.length > 0 && {
        path: at('directories'),
        message: 'counts only with first_factor none',
      },
    !none &&
      gateway.promptWithoutPassword && {
        path: at('prompt_without_password'),
        message: 'counts only with first_factor none',
      },
    gateway.messageAuthenticator === 'learn' &&
      gateway.address.some((address) => address.includes('/')) && {
        path: at('message_authenticator'),
        message: 'learn needs single addresses: one host of a prefix says nothing about another',
      },
    gateway.messageAuthenticator === 'required' &&
      gateway.messageAuthenticatorUntil !== undefined && {
        path: at('message_authenticator_until'),
        message: 'counts only with message_authenticator: learn or optional',
      },
    gateway.eap?.passOn === true &&
      !checksAtRadiusAlone(config, firstFactor) && {
        path: at('first_factor'),
        message: 'must be directories of type radius alone, for eap.pass_on',
      },
    ownEap?.methods.some((method) => tunnels.includes(method)) === true &&
      config.eap === undefined &&
      config.demo?.wifiCertificate !== true && {
        path: at('eap'),
        message: 'needs a certificate: cert_file and key_file under eap, at the top of the file',
      },
    ownEap?.methods.includes('tls') === true &&
      config.eap !== undefined &&
      config.eap.devices === undefined && {
        path: at('eap'),
        message: 'needs authorities for method tls: devices under eap, at the top of the file',
      },
    ownEap?.methods.includes('peap') === true &&
      !ownEap.inner.some((inner) => inner === 'eap-ms-chap-v2' || inner === 'eap-gtc') && {
        path: at('eap'),
        message: 'peap has nothing to run inside: allow eap-ms-chap-v2 or eap-gtc under inner',
      },
    gateway.messageAuthenticator !== 'required' &&
      gateway.nasIdentifier !== undefined && {
        path: at('message_authenticator'),
        message: 'must be required where nas_identifier chooses the gateway',
      },
  ]
  return [
    ...findings.filter((finding) => finding !== false),
    ...[
      ...firstFactor
        .filter((factor) => factor !== 'none')
        .map((factor) => [factor, 'first_factor']),
      ...directories.map((directory) => [directory, 'directories']),
    ]
      .filter(([directory = '']) => entryOf(config.directories, directory) === undefined)
      .map(([directory = '', key = '']) =>
        unknownName(at(key), directory, 'directories', config.directories),
      ),
    ...(gateway.methods ?? [])
      .filter((method) => !available.includes(method))
      .map((method) => ({ path: at('methods'), message: notSetUp(method) })),
  ]
}

/** Gateways of one address are told apart by NAS-Identifier, which proves nothing by itself (RULES 13). */
export function checkSharedAddresses(config: ParsedConfig): readonly Finding[] {
  const byAddress = new Map<string, string[]>()
  for (const [name, gateway] of Object.entries(config.gateways)) {
    for (const address of new Set(gateway.address)) {
      byAddress.set(address, [...(byAddress.get(address) ?? []), name])
    }
  }
  const findings = [...byAddress].flatMap(([address, names]) =>
    names.length < 2 ? [] : names.flatMap((name) => checkShared(config, address, name, names)),
  )
  // Gateways that share several addresses would be told once for each.
  return [...new Map(findings.map((finding) => [finding.path.join('.'), finding])).values()]
}

function checkShared(
  config: ParsedConfig,
  address: string,
  name: string,
  names: readonly string[],
): readonly Finding[] {
  const gateway = entryOf(config.gateways, name)
  const others = names.flatMap((other) => {
    const found = entryOf(config.gateways, other)
    return other === name || found === undefined ? [] : [{ name: other, ...found }]
  })
  if (gateway === undefined) return []
  const path = ['gateways', name]
  if (gateway.nasIdentifier === undefined) {
    return [
      { path, message: `needs nas_identifier: ${address} belongs to ${others[0]?.name} as well` },
    ]
  }
  const twin = others.find((other) => other.nasIdentifier === gateway.nasIdentifier)
  if (twin !== undefined) {
    return [{ path: [...path, 'nas_identifier'], message: `is that of ${twin.name} as well` }]
  }
  const sharing = others.find((other) => other.secret.reveal() === gateway.secret.reveal())
  if (sharing === undefined || gateway.trustNasIdentifier) return []
  return [
    {
      path: [...path, 'secret'],
      message: `is that of ${sharing.name} as well, so anyone who knows it may choose between them; use another, or trust_nas_identifier: true`,
    },
  ]
}

/** Whether every directory that would be asked is one of RADIUS servers; without names all are. */
function checksAtRadiusAlone(
  { directories }: ParsedConfig,
  firstFactor: readonly string[],
): boolean {
  const names = firstFactor.length > 0 ? firstFactor : Object.keys(directories)
  return names.every((name) => entryOf(directories, name)?.type === 'radius')
}
