import { randomBytes } from 'node:crypto'
import { createSealingKey } from './sealing-key.ts'

/** What has to be known for a first configuration. */
export type InitAnswers = {
  readonly servers: readonly string[]
  readonly baseDn: string
  readonly bindDn: string
  readonly bindPassword: string
  /** Country of phone numbers without one, such as NL. */
  readonly region: string
  /** Address or prefix. */
  readonly gateway: string
  readonly gatewayName: string
  /** Path of the SQLite file. */
  readonly store: string
}

export type FileToWrite = {
  /** Below the folder of the installation. */
  readonly name: string
  readonly content: string
  readonly mode: number
  /** Never written over: what it opens would be lost with it. */
  readonly keep: boolean
}

/** For secrets, which systemd hands over to the service: for root alone. */
export const credentialsFolder = 'credentials'

/** The names that systemd/holdfast.service loads. */
export const initFileNames = {
  config: 'holdfast.yaml',
  bindPassword: `${credentialsFolder}/bind-password`,
  gatewaySecret: `${credentialsFolder}/vpn-secret`,
  sealingKey: `${credentialsFolder}/sealing-key`,
} as const

/**
 * The files of a new installation: the configuration, which the service reads as a user of its own
 * and which holds no secret, and three credentials.
 */
export function firstConfiguration(answers: InitAnswers): readonly FileToWrite[] {
  const secret = (name: string, content: string, keep = false): FileToWrite => ({
    name,
    content,
    mode: 0o600,
    keep,
  })
  return [
    { name: initFileNames.config, content: configurationText(answers), mode: 0o644, keep: false },
    secret(initFileNames.bindPassword, `${answers.bindPassword}\n`),
    secret(initFileNames.gatewaySecret, `${createGatewaySecret()}\n`),
    secret(initFileNames.sealingKey, createSealingKey(), true),
  ]
}

/** 32 characters of base64url, 192 random bits: every gateway takes letters, digits, - and _. */
export function createGatewaySecret(): string {
  return randomBytes(24).toString('base64url')
}

function configurationText(answers: InitAnswers): string {
  // JSON strings are YAML strings, whatever somebody typed.
  const text = (value: string) => JSON.stringify(value)
  return `# Holdfast. Every setting with its default: docs/configuration.md.
# After a change: holdfast check, then holdfast reload.
# credential:NAME is the file ${credentialsFolder}/NAME; each has its line LoadCredential= in the unit.

# Where enrolments and the audit are kept, sealed with the key below.
# Without that key nothing in it can be read: keep a copy in a safe place.
store: { sqlite: ${text(answers.store)} }
sealing_key: credential:sealing-key

# Country of phone numbers that are written without one in the directory.
default_region: ${text(answers.region)}

# What gateways report about sessions. Many take a server for dead that does not answer it: docs/accounting.md.
accounting: { listen: ["0.0.0.0:1813", "[::]:1813"] }

directories:
  # What checks passwords.
  ad:
    type: ldap
    servers: [${answers.servers.map(text).join(', ')}]
    # If the certificates of the servers come from an authority of your own:
    # ca_file: /etc/holdfast/ca.pem
    base_dn: ${text(answers.baseDn)}
    # An account without any rights but to read.
    bind_dn: ${text(answers.bindDn)}
    bind_password: credential:bind-password

gateways:
  # One entry for each VPN concentrator, Wi-Fi controller or switch.
  ${text(answers.gatewayName)}:
    address: ${text(answers.gateway)}
    # The same 32 characters belong into the gateway.
    secret: credential:vpn-secret
    # What kind it is, if holdfast preset list has it; docs/gateways.md says what to set on it.
    # preset: fortigate
    # How long the gateway waits for an answer is learnt from its packets. Raise its time-out and
    # its tries as far as they go; write the product here only where it is not to be learnt.
    # patience: 30s

# Codes of an app work at once: holdfast authenticator add alice
# Texts and calls need somebody who carries them, see delivery in docs/configuration.md.
`
}
