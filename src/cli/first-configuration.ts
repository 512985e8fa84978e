import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
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
  readonly name: string
  readonly content: string
  readonly mode: number
  /** Never written over: what it opens would be lost with it. */
  readonly keep: boolean
}

export const initFileNames = {
  config: 'holdfast.yaml',
  bindPassword: 'bind-password',
  gatewaySecret: 'gateway-secret',
  sealingKey: 'sealing-key',
} as const

/** The files of a new installation: the configuration and, apart from it, three secrets. */
export function firstConfiguration(answers: InitAnswers, folder: string): readonly FileToWrite[] {
  const secret = (name: string, content: string, keep = false): FileToWrite => ({
    name,
    content,
    mode: 0o600,
    keep,
  })
  return [
    {
      name: initFileNames.config,
      content: configurationText(answers, folder),
      mode: 0o640,
      keep: false,
    },
    secret(initFileNames.bindPassword, `${answers.bindPassword}\n`),
    secret(initFileNames.gatewaySecret, `${createGatewaySecret()}\n`),
    secret(initFileNames.sealingKey, createSealingKey(), true),
  ]
}

/** 32 characters of base64url, 192 random bits: every gateway takes letters, digits, - and _. */
export function createGatewaySecret(): string {
  return randomBytes(24).toString('base64url')
}

function configurationText(answers: InitAnswers, folder: string): string {
  // JSON strings are YAML strings, whatever somebody typed.
  const text = (value: string) => JSON.stringify(value)
  const file = (name: string) => text(`file:${join(folder, name)}`)
  return `# Holdfast. Every setting with its default: docs/configuration.md.
# After a change: holdfast check, then holdfast reload.

# Where enrolments and the audit are kept, sealed with the key below.
# Without that key nothing in it can be read: keep a copy in a safe place.
store: { sqlite: ${text(answers.store)} }
sealing_key: ${file(initFileNames.sealingKey)}

# Country of phone numbers that are written without one in the directory.
default_region: ${text(answers.region)}

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
    bind_password: ${file(initFileNames.bindPassword)}

gateways:
  # One entry for each VPN concentrator, Wi-Fi controller or switch.
  ${text(answers.gatewayName)}:
    address: ${text(answers.gateway)}
    # The same 32 characters belong into the gateway.
    secret: ${file(initFileNames.gatewaySecret)}
    # What kind it is, if holdfast preset list has it; docs/gateways.md says what to set on it.
    # preset: fortigate
    # How long the gateway waits for an answer: its time-out times its tries.
    # Raise both there as far as they go, and write the product here.
    patience: 30s

# Codes of an app work at once: holdfast authenticator add alice
# Texts and calls need somebody who carries them, see delivery in docs/configuration.md.
`
}
