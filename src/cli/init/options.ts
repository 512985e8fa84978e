import type { ArgumentsCamelCase, Argv } from 'yargs'
import { readAnswers } from './answers-file.ts'

const directoryOptions = {
  controller: {
    type: 'string',
    array: true,
    default: [] as string[],
    requiresArg: true,
    describe: 'Domain, or a domain controller by name or as ldaps://…; may be given again',
  },
  'ca-file': {
    type: 'string',
    requiresArg: true,
    describe: 'PEM file with the authorities that signed the certificates of the controllers',
  },
  trust: {
    type: 'string',
    requiresArg: true,
    describe: 'SHA-256 fingerprint of a certificate that the controllers show, to be trusted',
  },
  'base-dn': {
    type: 'string',
    requiresArg: true,
    describe: 'Place in the directory below which users are',
  },
  'bind-dn': { type: 'string', requiresArg: true, describe: 'Account that searches' },
  'bind-password-file': {
    type: 'string',
    requiresArg: true,
    describe: 'File with its password',
  },
  'test-user': {
    type: 'string',
    requiresArg: true,
    describe: 'Someone to look for in the directory before anything is written',
  },
  offline: {
    type: 'boolean',
    default: false,
    describe: 'Ask no server and try no port, for example to prepare another machine',
  },
} as const

const gatewayOptions = {
  gateway: {
    type: 'string',
    array: true,
    default: [] as string[],
    requiresArg: true,
    describe: 'Address or prefix of the first gateway; may be given again',
  },
  'gateway-name': { type: 'string', default: 'vpn', describe: 'What to call it' },
  'gateway-secret-file': {
    type: 'string',
    requiresArg: true,
    describe: 'File with the shared secret of the gateway. Default: a new one',
  },
  preset: {
    type: 'string',
    requiresArg: true,
    describe: 'Kind of gateway, as holdfast preset list has it',
  },
  patience: {
    type: 'string',
    requiresArg: true,
    describe: 'How long the gateway waits for an answer, such as 30s. Default: learnt',
  },
  flow: {
    choices: ['auto', 'hold', 'challenge', 'append'],
    requiresArg: true,
    describe: 'How the second factor reaches people there. Default: auto',
  },
  'second-factor-first': {
    type: 'boolean',
    default: false,
    describe: 'Check a typed code before the password',
  },
} as const

const placeOptions = {
  folder: {
    type: 'string',
    requiresArg: true,
    describe: 'Where the files go. Default: /etc/holdfast; for an ordinary user ~/.config/holdfast',
  },
  store: {
    type: 'string',
    requiresArg: true,
    describe:
      'Where enrolments and the audit are kept. Default: /var/lib/holdfast/holdfast.db; for an ordinary user ~/.local/share/holdfast/holdfast.db',
  },
  listen: {
    type: 'string',
    array: true,
    default: [] as string[],
    requiresArg: true,
    describe: 'Where RADIUS requests arrive, such as 192.0.2.1:1812; may be given again',
  },
  region: {
    type: 'string',
    requiresArg: true,
    describe: 'Country of phone numbers that have no country code, such as NL',
  },
  force: {
    type: 'boolean',
    default: false,
    describe: 'Write over files that are there, the sealing key not included',
  },
} as const

/** All that a file of answers may hold as well. */
const options = { ...directoryOptions, ...gatewayOptions, ...placeOptions } as const

/** What the command line of `init`, or the file of `--answers`, says. */
export type InitArgs = ArgumentsCamelCase<
  ReturnType<typeof initOptions> extends Argv<infer Options> ? Options : never
>

export function initOptions(yargs: Argv) {
  return yargs.options(options).option('answers', {
    type: 'string',
    requiresArg: true,
    config: true,
    configParser: (file) => readAnswers(file, Object.keys(options)),
    describe: 'YAML file with any of these options by name, such as region: NL',
  })
}
