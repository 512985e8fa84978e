import { lstatSync, realpathSync } from 'node:fs'
import { isMap, LineCounter, parseDocument } from 'yaml'
import { yamlMessage } from '../../config/files/yaml-messages.ts'
import { localUsers } from '../../config/schema/directories.ts'
import { formatIssues, Secret } from '../../support/index.ts'
import { withAsker } from '../ask.ts'
import { CliError } from '../errors.ts'
import { readText, writeNewFile } from '../files.ts'
import type { CliIo } from '../io.ts'
import { type ConfigSummary, readConfigSummary } from '../service/config-summary.ts'

/** A person for a local directory, as typed on the command line. */
export type NewLocalUser = {
  readonly name: string
  readonly displayName?: string | undefined
  readonly phones: readonly string[]
  readonly email?: string | undefined
  readonly groups: readonly string[]
}

/** Asks for a password twice on a terminal, once in a pipe. */
export async function askNewPassword(io: CliIo): Promise<Secret> {
  const password = await withAsker(io, async (asker) => {
    const first = await asker.askHidden('Password')
    if (io.stdin.isTTY !== true) return first
    if ((await asker.askHidden('Once more')) === first) return first
    throw new CliError('passwords-differ', 'The two passwords differ; nothing was changed.')
  })
  if (password === '') throw new CliError('usage', 'A password cannot be empty.')
  return new Secret(password)
}

/** The users file to change: the only one, or that of `directory`. Throws CliError `no-users-file`. */
export function findUsersFile(config: string, directory: string | undefined, io: CliIo): string {
  const { usersFiles } = readConfigSummary(config, io)
  const fits = usersFiles.filter((entry) => !directory || entry.directory === directory)
  const [only, second] = fits
  if (only && !second) return only.file
  throw new CliError(
    'no-users-file',
    second
      ? `There are several local directories (${namesOf(usersFiles)}); choose one with --directory.`
      : `No ${directory ? `directory ${directory}` : 'local directory'} has a users_file. People of other directories are added there, and people in the configuration itself are changed there.`,
  )
}

/**
 * Adds a person; comments and order of the file stay. Throws CliError `user-exists`, and `usage` for
 * what the configuration would refuse: the next start must not fail on it.
 */
export function addToUsersFile(file: string, user: NewLocalUser, passwordHash: string): void {
  const document = readUsers(file)
  if (document.has(user.name)) {
    throw new CliError('user-exists', `${user.name} is in ${file} already.`)
  }
  const entry = {
    password_hash: passwordHash,
    ...(user.displayName ? { display_name: user.displayName } : {}),
    ...(user.groups.length > 0 ? { groups: user.groups } : {}),
    ...(user.phones.length > 0 ? { phones: user.phones } : {}),
    ...(user.email ? { email: user.email } : {}),
  }
  checkEntry(user.name, entry)
  document.set(user.name, document.createNode(entry))
  replaceFile(file, String(document))
}

/** Takes a person out of every users file of the configuration. Gives the files that had them. */
export function removeFromUsersFiles(
  usersFiles: ConfigSummary['usersFiles'],
  name: string,
): readonly string[] {
  return usersFiles
    .map(({ file }) => file)
    .filter((file) => {
      const document = readUsers(file)
      if (!document.delete(name)) return false
      replaceFile(file, String(document))
      return true
    })
}

function checkEntry(name: string, entry: object): void {
  const schema = localUsers({
    readSecret: () => {
      throw new Error('the file has only the hash of a password')
    },
    resolvePath: (path) => path,
  })
  const checked = schema.safeParse({ [name]: entry })
  if (!checked.success) throw new CliError('usage', formatIssues(checked.error))
}

function readUsers(file: string) {
  const lineCounter = new LineCounter()
  const document = parseDocument(readText(file), { lineCounter, prettyErrors: false })
  const [error] = document.errors
  if (error) {
    const { line, col } = lineCounter.linePos(error.pos[0])
    throw new CliError('file-unreadable', `${file}:${line}:${col}: ${yamlMessage(error)}`)
  }
  if (document.contents !== null && !isMap(document.contents)) {
    throw new CliError('file-unreadable', `${file} is not a list of people by name.`)
  }
  return document
}

/**
 * In one step, so that a service that reads meanwhile sees the old file or the new one. Owner and mode stay:
 * the service may be let in by its group.
 */
function replaceFile(file: string, content: string): void {
  const path = realpathSync(file)
  const { mode, uid, gid } = lstatSync(path)
  writeNewFile(path, content, { mode: mode & 0o777, owner: { uid, gid }, force: true })
}

function namesOf(usersFiles: ConfigSummary['usersFiles']): string {
  return usersFiles.map(({ directory }) => directory).join(', ')
}
