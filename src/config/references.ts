import { isLoopback } from './prefix.ts'
import { closest, type Path } from './problems.ts'
import { availableMethods } from './resolve.ts'
import type { ParsedConfig } from './schema.ts'

/** Something that is wrong between fields. `path` is that of the file, in its own words. */
export type Finding = {
  readonly path: Path
  readonly message: string
  readonly suggestion?: string
}

/** What no single field can know: names that point somewhere, and settings that exclude each other. */
export function checkReferences(config: ParsedConfig): readonly Finding[] {
  return [
    ...checkDemo(config),
    ...checkDirectories(config),
    ...checkDeliveries(config),
    ...checkMethods(config),
    ...checkLimits(config),
    ...Object.entries(config.gateways).flatMap(([name, gateway]) =>
      checkGateway(config, name, gateway),
    ),
    ...checkSharedAddresses(config),
  ]
}

function checkDemo(config: ParsedConfig): readonly Finding[] {
  if (config.insecureDemo) {
    const listening: readonly [Path, string][] = [
      ...config.listen.map(({ address }, index): [Path, string] => [['listen', index], address]),
      ...(config.http ? [[['http', 'listen'], config.http.listen.address] as [Path, string]] : []),
      ...(config.webhooks
        ? [[['webhooks', 'listen'], config.webhooks.listen.address] as [Path, string]]
        : []),
    ]
    return listening
      .filter(([, address]) => !isLoopback(address))
      .map(([path]) => ({
        path,
        message: 'must be a loopback address (127.0.0.1 or [::1]) under insecure_demo',
      }))
  }
  const only = 'is possible only under insecure_demo: true'
  const clear = Object.entries(config.directories).flatMap(([name, directory]) =>
    directory.type === 'local'
      ? Object.entries(directory.users)
          .filter(([, user]) => user.password !== undefined)
          .map(([user]) => ({
            path: ['directories', name, 'users', user, 'password'],
            message: `${only}; use password_hash`,
          }))
      : [],
  )
  return [
    ...clear,
    ...(config.demo ? [{ path: ['demo'], message: only }] : []),
    ...(config.store === 'temporary' ? [{ path: ['store'], message: only }] : []),
    ...Object.entries(config.delivery)
      .filter(([, { type }]) => type === 'demo')
      .map(([name]) => ({ path: ['delivery', name, 'type'], message: `demo ${only}` })),
  ]
}

function checkDirectories(config: ParsedConfig): readonly Finding[] {
  return Object.entries(config.directories).flatMap(([name, directory]) => {
    const at = (...rest: string[]) => ['directories', name, ...rest]
    if (directory.type === 'local') {
      return Object.entries(directory.users)
        .filter(([, user]) => (user.password === undefined) === (user.passwordHash === undefined))
        .map(
          ([user]): Finding => ({
            path: at('users', user),
            message: 'needs password_hash (or, in the demo, password), and one of them only',
          }),
        )
    }
    return directory.servers.flatMap((server): readonly Finding[] => {
      const encrypted = server.startsWith('ldaps:')
      if (encrypted && directory.startTls) {
        return [
          {
            path: at('start_tls'),
            message: `${server} is encrypted already; use ldap:// or leave start_tls out`,
          },
        ]
      }
      return encrypted || directory.startTls || directory.insecurePlaintext
        ? []
        : [
            {
              path: at('servers'),
              message: `${server} is not encrypted; use ldaps:// or start_tls: true`,
            },
          ]
    })
  })
}

/** Which types of delivery can carry a method. */
const carriers = {
  sms: ['twilio', 'http', 'demo'],
  call: ['twilio', 'demo'],
  email: ['smtp', 'demo'],
}

function checkMethods(config: ParsedConfig): readonly Finding[] {
  return (['sms', 'call', 'email'] as const).flatMap((method): readonly Finding[] => {
    const via = config.methods[method]?.via
    if (via === undefined) return []
    const path = ['methods', method, 'via']
    const carrier = config.delivery[via]
    if (carrier === undefined) return [unknownName(path, via, 'delivery', config.delivery)]
    if (!carriers[method].includes(carrier.type)) {
      return [{ path, message: `${via} is of type ${carrier.type}, which cannot carry ${method}` }]
    }
    if (method !== 'call' || carrier.type !== 'twilio') return []
    const missing: Finding[] = []
    if (config.webhooks === undefined) {
      missing.push({ path, message: 'calls need webhooks: Twilio asks us what to say' })
    }
    if (carrier.authToken === undefined) {
      missing.push({
        path: ['delivery', via, 'auth_token'],
        message: 'is missing; without it nobody knows whether a webhook comes from Twilio',
      })
    }
    return missing
  })
}

function checkDeliveries(config: ParsedConfig): readonly Finding[] {
  const carried = Object.entries(config.delivery).flatMap(([name, carrier]): readonly Finding[] => {
    const path = ['delivery', name]
    if (carrier.type === 'twilio') {
      if ((carrier.apiKey === undefined) !== (carrier.apiSecret === undefined)) {
        return [{ path, message: 'api_key and api_secret go together' }]
      }
      return carrier.authToken === undefined && carrier.apiKey === undefined
        ? [{ path, message: 'needs auth_token, or api_key and api_secret' }]
        : []
    }
    return carrier.type === 'smtp' &&
      (carrier.user === undefined) !== (carrier.password === undefined)
      ? [{ path, message: 'user and password go together' }]
      : []
  })
  const { certFile, keyFile } = config.webhooks ?? {}
  return (certFile === undefined) === (keyFile === undefined)
    ? carried
    : [...carried, { path: ['webhooks'], message: 'cert_file and key_file go together' }]
}

function checkLimits(config: ParsedConfig): readonly Finding[] {
  return config.lockout.slowAfter > config.lockout.lockAfter
    ? [{ path: ['lockout', 'slow_after'], message: 'must not be above lock_after' }]
    : []
}

function checkGateway(
  config: ParsedConfig,
  name: string,
  gateway: ParsedConfig['gateways'][string],
): readonly Finding[] {
  const at = (...rest: string[]) => ['gateways', name, ...rest]
  const { firstFactor = [], directories = [] } = gateway
  const none = gateway.flow === 'code-only' || firstFactor.includes('none')
  const available = availableMethods(config.methods)
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
    none &&
      firstFactor.length > 1 && {
        path: at('first_factor'),
        message: 'none stands alone; where people are looked up is directories',
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
      .filter(([directory = '']) => config.directories[directory] === undefined)
      .map(([directory = '', key = '']) =>
        unknownName(at(key), directory, 'directories', config.directories),
      ),
    ...(gateway.methods ?? [])
      .filter((method) => !available.includes(method))
      .map((method) => ({ path: at('methods'), message: `${method} is not set up under methods` })),
  ]
}

/** Gateways of one address are told apart by NAS-Identifier, which proves nothing by itself (RULES 13). */
function checkSharedAddresses(config: ParsedConfig): readonly Finding[] {
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
  const gateway = config.gateways[name]
  const others = names.flatMap((other) => {
    const found = config.gateways[other]
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

function unknownName(
  path: Path,
  name: string,
  where: string,
  known: Readonly<Record<string, unknown>>,
): Finding {
  const suggestion = closest(name, Object.keys(known))
  const message = `${name} is not under ${where}`
  return suggestion === undefined ? { path, message } : { path, message, suggestion }
}
