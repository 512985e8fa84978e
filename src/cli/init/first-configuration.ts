import { randomBytes } from 'node:crypto'
import { defaultListen, formatEndpoint, parseEndpoint } from '../../config/index.ts'
import { createSealingKey } from '../service/sealing-key.ts'
import type { InitAnswers } from './answers.ts'

export type FileToWrite = {
  /** Below the folder of the installation. */
  readonly name: string
  readonly content: string
  readonly mode: number
  /** What happens to one that is there. `keep`: what it opens would be lost with it. */
  readonly whenPresent: 'refuse' | 'keep' | 'replace'
}

/** For secrets, which systemd hands over to the service: only for root. */
export const credentialsFolder = 'credentials'

/** The names that systemd/holdfast.service loads. */
export const initFileNames = {
  config: 'holdfast.yaml',
  authorities: 'ca.pem',
  bindPassword: `${credentialsFolder}/bind-password`,
  gatewaySecret: `${credentialsFolder}/vpn-secret`,
  sealingKey: `${credentialsFolder}/sealing-key`,
} as const

/**
 * The files of a new installation: the configuration, which the service reads as a user of its own
 * and which holds no secret, and three credentials.
 */
export function firstConfiguration(answers: InitAnswers): readonly FileToWrite[] {
  const secret = { mode: 0o600, whenPresent: 'refuse' } as const
  const readable = { mode: 0o644, whenPresent: 'refuse' } as const
  const { sealingKey, bindPassword, gatewaySecret, authorities, config } = initFileNames
  return [
    { ...readable, name: config, content: configurationText(answers) },
    { ...secret, name: bindPassword, content: `${answers.bindPassword}\n` },
    { ...secret, name: gatewaySecret, content: `${answers.gatewaySecret}\n` },
    { ...secret, name: sealingKey, content: createSealingKey(), whenPresent: 'keep' },
    // A file that is there has been read, and is part of it.
    ...(answers.ca === undefined
      ? []
      : [{ ...readable, name: authorities, content: answers.ca, whenPresent: 'replace' } as const]),
  ]
}

/** 32 characters of base64url, 192 random bits: every gateway takes letters, digits, - and _. */
export function createGatewaySecret(): string {
  return randomBytes(24).toString('base64url')
}

function configurationText(answers: InitAnswers): string {
  return `# Holdfast. Every setting with its default: docs/reference/configuration.md.
# After a change: holdfast check, then holdfast reload.
# credential:NAME is the file ${credentialsFolder}/NAME. The service gets these files when it starts, so restart it after you add one.

# Where enrolments and the audit are kept, sealed with the key below.
# Without that key nothing in it can be read: keep a copy in a safe place.
store: { sqlite: ${text(answers.store)} }
sealing_key: credential:sealing-key

# Country of phone numbers that have no country code in the directory.
default_region: ${text(answers.region)}

# Gateways report their sessions here. Many think that a server is down if it does not answer: docs/how-to/accounting.md.
accounting: { listen: ${list(accountingPlaces(answers.listen))} }
${lines('', [
  ['listen', answers.listen.length > 0 ? list(answers.listen) : undefined],
  ['admin_socket', quoted(answers.adminSocket)],
])}
directories:
  # What checks passwords.
  ad:
    type: ldap
${lines('    ', [
  ['kind', answers.kind === 'ad' ? undefined : answers.kind],
  ['servers', list(answers.servers)],
  ['start_tls', answers.servers.some((url) => url.startsWith('ldap:')) ? 'true' : undefined],
])}${authorityLines(answers)}${lines('    ', [
  ['base_dn', text(answers.baseDn)],
  ['netbios_domain', quoted(answers.netbiosDomain)],
  ['upn_suffixes', answers.upnSuffixes.length > 0 ? list(answers.upnSuffixes) : undefined],
])}    # An account that may only read.
    bind_dn: ${text(answers.bindDn)}
    bind_password: credential:bind-password

gateways:
  # One entry for each VPN concentrator, Wi-Fi controller or switch.
  ${text(answers.gatewayName)}:
    address: ${answers.gateway.length === 1 ? text(answers.gateway[0] ?? '') : list(answers.gateway)}
    # The gateway needs the same secret.
    secret: credential:vpn-secret
${gatewayLines(answers)}
# Codes of an app work at once: holdfast authenticator add alice
# Texts and calls need a provider, see delivery in docs/reference/configuration.md.
`
}

function authorityLines({ ca }: InitAnswers): string {
  return ca === undefined
    ? '    # If the certificates of the servers come from an authority of your own:\n    # ca_file: ca.pem\n'
    : `    ca_file: ${initFileNames.authorities}\n`
}

function gatewayLines({ preset, patience, flow, secondFactorFirst }: InitAnswers): string {
  const kind =
    preset === undefined
      ? `    # What kind it is, if holdfast preset list has it; docs/reference/gateways.md says what to set on it.
    # preset: fortigate
`
      : lines('    ', [['preset', preset]])
  const waits =
    patience === undefined
      ? `    # How long the gateway waits for an answer is learnt from its packets. Raise its time-out and
    # its tries as far as they go. To fix it here instead:
    # patience: 30s
`
      : lines('    ', [['patience', patience]])
  return `${kind}${waits}${lines('    ', [
    ['flow', flow],
    ['second_factor_first', secondFactorFirst ? 'true' : undefined],
  ])}`
}

/** Accounting has the port after that of authentication, as 1813 follows 1812. */
export function accountingPlaces(listen: readonly string[]): readonly string[] {
  const places = listen.length > 0 ? listen : defaultListen
  return places.flatMap((place) => {
    const endpoint = parseEndpoint(place)
    return endpoint ? [formatEndpoint({ ...endpoint, port: endpoint.port + 1 })] : []
  })
}

/** One line for each setting that has a value. */
function lines(
  indent: string,
  settings: readonly (readonly [name: string, value: string | undefined])[],
): string {
  return settings
    .flatMap(([name, value]) => (value === undefined ? [] : [`${indent}${name}: ${value}\n`]))
    .join('')
}

/** JSON strings are YAML strings, whatever was typed. */
function text(value: string): string {
  return JSON.stringify(value)
}

function quoted(value: string | undefined): string | undefined {
  return value === undefined ? undefined : text(value)
}

function list(values: readonly string[]): string {
  return `[${values.map(text).join(', ')}]`
}
