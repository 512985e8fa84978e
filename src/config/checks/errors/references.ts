import { entryOf, type Finding, unknownName } from '../../finding.ts'
import { isLoopback } from '../../schema/prefix.ts'
import type { ParsedConfig } from '../../schema/schema.ts'
import { surfacesOf } from '../../schema/surfaces.ts'
import { webhookUrls } from '../../schema/webhook-url.ts'
import { checkCampaigns } from './enrolment/campaigns.ts'
import { checkGateway, checkSharedAddresses } from './gateways.ts'
import { checkLocalPeople } from './local-people.ts'
import { checkMacRules } from './mac-rules.ts'
import { checkOutageRules } from './outage-rules.ts'
import { checkPorts } from './ports.ts'
import { checkRules } from './rules.ts'
import { checkUpstream } from './upstream.ts'
import { checkWeb } from './web.ts'

/** What no single field can check: names that must exist elsewhere, and settings that exclude each other. */
export function checkReferences(config: ParsedConfig): readonly Finding[] {
  return [
    ...checkDemo(config),
    ...checkPorts(config),
    ...checkWeb(config),
    ...checkCampaigns(config),
    ...checkFraud(config),
    ...checkDirectories(config),
    ...checkLocalPeople(config),
    ...checkDeliveries(config),
    ...checkMethods(config),
    ...checkLimits(config),
    ...Object.entries(config.gateways).flatMap(([name, gateway]) =>
      checkGateway(config, name, gateway),
    ),
    ...checkSharedAddresses(config),
    ...checkRules(config),
    ...checkOutageRules(config),
    ...checkMacRules(config),
  ]
}

/** Reports that go by mail need something that mails them. */
function checkFraud({ delivery, onFraud }: ParsedConfig): readonly Finding[] {
  if (onFraud.tell.length === 0) return []
  const mails = Object.values(delivery).some(({ type }) => type === 'smtp' || type === 'demo')
  if (mails) return []
  return [
    {
      path: ['on_fraud', 'tell'],
      message: 'needs an entry under delivery that carries mail: add one of type smtp',
    },
  ]
}

function checkDemo(config: ParsedConfig): readonly Finding[] {
  if (config.insecureDemo) {
    return [...checkListening(config), ...checkEnrolments(config)]
  }
  const only = 'is possible only under insecure_demo: true'
  const clear = Object.entries(config.directories).flatMap(([name, directory]) =>
    directory.type === 'local'
      ? Object.entries(directory.users)
          .filter(([, user]) => user.password !== undefined)
          .map(([user]) => ({
            path: ['directories', name, 'users', user, 'password'],
            message: `${only}; use password_hash, or sealed_password for CHAP`,
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

/** A demo is open to everyone who reaches it, so only this machine may reach it. */
function checkListening({
  listen,
  accounting,
  http,
  webhooks,
  web,
}: ParsedConfig): readonly Finding[] {
  const endpoints = [
    ...listen.map(({ address }, index) => ({ path: ['listen', index], address })),
    ...(accounting?.listen ?? []).map(({ address }, index) => ({
      path: ['accounting', 'listen', index],
      address,
    })),
    ...(http ? [{ path: ['http', 'listen'], address: http.listen.address }] : []),
    ...(webhooks ? [{ path: ['webhooks', 'listen'], address: webhooks.listen.address }] : []),
    ...surfacesOf(web).map(({ name, listen: { address } }) => ({
      path: ['web', name, 'listen'],
      address,
    })),
  ]
  const message = 'must be a loopback address (127.0.0.1 or [::1]) under insecure_demo'
  return endpoints
    .filter(({ address }) => !isLoopback(address))
    .map(({ path }) => ({ path, message }))
}

function checkEnrolments(config: ParsedConfig): readonly Finding[] {
  return (config.demo?.enrolments ?? []).flatMap(({ directory, user }, index) => {
    const path = ['demo', 'enrolments', index]
    const found = entryOf(config.directories, directory)
    if (found?.type !== 'local') {
      return [unknownName([...path, 'directory'], directory, 'directories', config.directories)]
    }
    return entryOf(found.users, user) === undefined
      ? [unknownName([...path, 'user'], user, `users of ${directory}`, found.users)]
      : []
  })
}

function checkDirectories(config: ParsedConfig): readonly Finding[] {
  return Object.entries(config.directories).flatMap(([name, directory]) => {
    const at = (...rest: string[]) => ['directories', name, ...rest]
    if (directory.type === 'local') {
      const { users } = directory
      const managers = Object.entries(users).flatMap(([user, { manager }]) =>
        manager === undefined || entryOf(users, manager) !== undefined
          ? []
          : [unknownName(at('users', user, 'manager'), manager, `users of ${name}`, users)],
      )
      const passwords = Object.entries(users)
        .filter(([, user]) => {
          const { password, passwordHash, sealedPassword, sealedNtHash } = user
          const given = [password, passwordHash, sealedPassword, sealedNtHash]
          return given.filter((value) => value !== undefined).length !== 1
        })
        .map(
          ([user]): Finding => ({
            path: at('users', user),
            message:
              'needs one of password_hash, sealed_password and sealed_nt_hash (or, in the demo, password), and one only',
          }),
        )
      return [...managers, ...passwords]
    }
    if (directory.type === 'radius') return checkUpstream(config, name, directory)
    const numbers = directory.phoneAttributes.length > 0 && config.defaultRegion === undefined
    const region: Finding = {
      path: ['default_region'],
      message: `is missing: phone numbers in directory ${name} may lack their country. Write the country of most of them, for example default_region: NL`,
    }
    const servers = directory.servers.flatMap((server): readonly Finding[] => {
      const encrypted = server.startsWith('ldaps:')
      if (encrypted && directory.startTls) {
        return [
          {
            path: at('start_tls'),
            message: 'is for ldap:// only, and a server is ldaps://; leave it out',
          },
        ]
      }
      return encrypted || directory.startTls || directory.insecurePlaintext
        ? []
        : [
            {
              path: at('servers'),
              message: 'has a server without encryption; use ldaps:// or start_tls: true',
            },
          ]
    })
    return numbers ? [region, ...servers] : servers
  })
}

/** Which types of delivery can carry a method. */
const providers = {
  sms: ['twilio', 'http', 'demo'],
  call: ['twilio', 'demo'],
  email: ['smtp', 'demo'],
}

function checkMethods(config: ParsedConfig): readonly Finding[] {
  return (['sms', 'call', 'email'] as const).flatMap((method): readonly Finding[] => {
    const via = config.methods[method]?.via
    if (via === undefined) return []
    const path = ['methods', method, 'via']
    const provider = entryOf(config.delivery, via)
    if (provider === undefined) return [unknownName(path, via, 'delivery', config.delivery)]
    if (!providers[method].includes(provider.type)) {
      return [{ path, message: `${via} is of type ${provider.type}, which cannot carry ${method}` }]
    }
    if (method !== 'call' || provider.type !== 'twilio') return []
    // A call that only reads a code out asks nothing, so that the provider does not have to reach us.
    if (config.methods.call?.mode === 'read-code') return []
    const missing: Finding[] = []
    if (webhookUrls(config).length === 0) {
      missing.push({
        path,
        message:
          'calls need webhooks (or web.people), where Twilio asks us what to say; or mode: read-code',
      })
    }
    if (provider.authToken === undefined) {
      missing.push({
        path: ['delivery', via, 'auth_token'],
        message: 'is missing; without it Holdfast cannot know whether a webhook comes from Twilio',
      })
    }
    return missing
  })
}

function checkDeliveries(config: ParsedConfig): readonly Finding[] {
  const carried = Object.entries(config.delivery).flatMap(
    ([name, provider]): readonly Finding[] => {
      const path = ['delivery', name]
      if (provider.type === 'twilio') {
        if ((provider.apiKey === undefined) !== (provider.apiSecret === undefined)) {
          return [{ path, message: 'api_key and api_secret go together' }]
        }
        return provider.authToken === undefined && provider.apiKey === undefined
          ? [{ path, message: 'needs auth_token, or api_key and api_secret' }]
          : []
      }
      return provider.type === 'smtp' &&
        (provider.user === undefined) !== (provider.password === undefined)
        ? [{ path, message: 'user and password go together' }]
        : []
    },
  )
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
