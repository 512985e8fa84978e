import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Argv } from 'yargs'
import { defaultStoreFile } from '../../config/store-place.ts'
import { checkWay } from '../../files/index.ts'
import { type Asker, withAsker } from '../ask.ts'
import { command } from '../command.ts'
import { CliError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { makeFolder, readSecretLine, writeNewFiles } from '../files.ts'
import {
  credentialsFolder,
  firstConfiguration,
  type InitAnswers,
  initFileNames,
} from '../first-configuration.ts'
import { type CliIo, note, print } from '../io.ts'

export const initCommand = command({
  usage: 'init',
  describe: 'Write a first configuration, its secrets and the sealing key, by asking or from flags',
  options: (yargs) => initOptions(yargs),
  async run(args, io) {
    const folder = resolve(args.folder)
    const answers = await collectAnswers(args, io)
    makeFolder(folder, 0o755)
    makeFolder(join(folder, credentialsFolder), 0o700)
    // What is written here is loaded as the secrets of the service.
    checkWay(join(folder, credentialsFolder), { last: 'ours' })
    const files = firstConfiguration(answers)
    writeNewFiles(
      files.map((file) => ({ ...file, path: join(folder, file.name) })),
      { force: args.force },
    )
    for (const { name } of files) print(io, join(folder, name))
    const configFile = join(folder, initFileNames.config)
    const flag = configFile === io.usualConfig ? '' : ` --config ${configFile}`
    note(io, '')
    const isHere = args.store !== undefined || configFile === io.usualConfig
    if (isHere) await makeFirstStore(configFile, io)
    else tellStoreLater(flag, io)
    note(io, '\nNext:')
    note(io, `  give the gateway the secret in ${join(folder, initFileNames.gatewaySecret)}`)
    note(io, `  holdfast check${flag}`)
    note(io, '  start the service; its unit is systemd/holdfast.service')
    note(
      io,
      `Keep a copy of ${initFileNames.sealingKey} in a safe place: no enrolment opens without it.`,
    )
    return exitCodes.ok
  },
})

/** The store and its id are made here and nowhere else by themselves: from now on one that is gone is noticed. */
async function makeFirstStore(configFile: string, io: CliIo): Promise<void> {
  const { findStoreParts, sealingKeyOf, storeFileOf } = await import('../store-parts.ts')
  const { makeStore } = await import('./store.ts')
  const parts = findStoreParts(configFile, io)
  const file = storeFileOf(parts)
  if (existsSync(file)) {
    note(
      io,
      `The store at ${file} is kept. It opens only with the sealing key that it was made with.`,
    )
    return
  }
  const { id, file: idFile } = parts.installation
  if (id !== undefined) {
    note(
      io,
      `The store at ${file} is missing, and ${idFile} says that there was one. Restore a backup, or start anew with holdfast store create.`,
    )
    return
  }
  for (const line of await makeStore({ file, key: sealingKeyOf(parts, undefined), parts })) {
    note(io, line)
  }
}

function tellStoreLater(flag: string, io: CliIo): void {
  note(
    io,
    `No store was made, since these files are not in ${dirname(io.usualConfig)}. Make it on the machine of the service: holdfast store create${flag}`,
  )
}

type InitArgs = {
  readonly controller: readonly string[]
  readonly baseDn?: string | undefined
  readonly bindDn?: string | undefined
  readonly bindPasswordFile?: string | undefined
  readonly region?: string | undefined
  readonly gateway?: string | undefined
  readonly gatewayName: string
  readonly store?: string | undefined
}

/** Flags count; only what is missing is asked for. */
async function collectAnswers(args: InitArgs, io: CliIo): Promise<InitAnswers> {
  const { gatewayName, store = defaultStoreFile } = args
  const bindPassword =
    args.bindPasswordFile === undefined ? undefined : readSecretLine(args.bindPasswordFile, io)
  const { baseDn, bindDn, region, gateway } = args
  const [controller] = args.controller
  return await withAsker(io, async (asker) => {
    const asked = controller ?? (await ask(asker, 'Domain controller (dc1.corp.example.com)'))
    const servers = (controller ? args.controller : asked.split(/[\s,]+/)).map(serverUrl)
    return {
      servers,
      baseDn: baseDn ?? (await ask(asker, 'Where people are (base DN)', guessBaseDn(servers[0]))),
      bindDn: bindDn ?? (await ask(asker, 'Account that searches (DN or user@domain)')),
      bindPassword: bindPassword ?? (await asker.askHidden('Its password')),
      region: checkRegion(region ?? (await ask(asker, 'Country of phone numbers (such as NL)'))),
      gateway: checkGateway(gateway ?? (await ask(asker, 'Address of the gateway'))),
      gatewayName,
      store,
    }
  })
}

async function ask(asker: Asker, question: string, fallback?: string): Promise<string> {
  const answer = await asker.ask(question, fallback)
  if (answer !== '') return answer
  throw new CliError('usage', `${question}: an answer is needed. Nothing was written.`)
}

/** A bare name means LDAP over TLS. */
function serverUrl(text: string): string {
  const url = /^ldaps?:\/\//.test(text) ? text : `ldaps://${text}`
  if (URL.canParse(url)) return url
  throw new CliError(
    'usage',
    'This is not the name of a server; write one such as dc1.corp.example.com.',
  )
}

function checkRegion(text: string): string {
  if (/^[a-z]{2}$/i.test(text)) return text.toUpperCase()
  throw new CliError('usage', 'This is not a country code; write two letters such as NL.')
}

function checkGateway(text: string): string {
  if (/^[0-9a-fA-F.:]+(\/\d{1,3})?$/.test(text)) return text
  throw new CliError(
    'usage',
    'This is not an address; write one such as 192.0.2.10 or 10.0.0.0/24.',
  )
}

/** `ldaps://dc1.corp.example.com` has its people below `DC=corp,DC=example,DC=com`. */
function guessBaseDn(server: string | undefined): string | undefined {
  const labels = server === undefined ? [] : new URL(server).hostname.split('.').slice(1)
  if (labels.length < 2 || labels.some((label) => /^\d+$/.test(label))) return undefined
  return labels.map((label) => `DC=${label}`).join(',')
}

function initOptions(yargs: Argv) {
  return yargs
    .option('folder', {
      type: 'string',
      default: '/etc/holdfast',
      requiresArg: true,
      describe: 'Where the files go',
    })
    .option('controller', {
      type: 'string',
      array: true,
      default: [],
      describe: 'Domain controller, by name or as ldaps://…; may be given again',
    })
    .option('base-dn', { type: 'string', requiresArg: true, describe: 'Where people are' })
    .option('bind-dn', { type: 'string', requiresArg: true, describe: 'Account that searches' })
    .option('bind-password-file', {
      type: 'string',
      requiresArg: true,
      describe: 'File with its password',
    })
    .option('region', {
      type: 'string',
      requiresArg: true,
      describe: 'Country of phone numbers that are written without one, such as NL',
    })
    .option('gateway', {
      type: 'string',
      requiresArg: true,
      describe: 'Address or prefix of the first gateway',
    })
    .option('gateway-name', { type: 'string', default: 'vpn', describe: 'What to call it' })
    .option('store', {
      type: 'string',
      requiresArg: true,
      describe: `Where enrolments and the audit are kept. Default: ${defaultStoreFile}`,
    })
    .option('force', {
      type: 'boolean',
      default: false,
      describe: 'Write over files that are there, the sealing key not included',
    })
}
