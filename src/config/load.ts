import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import * as z from 'zod'
import { decodeMostlyUtf8, fileProblem, messageOf, type Secret } from '../support/index.ts'
import type { ConfigCheck } from './checks/errors/elsewhere.ts'
import { findGroupPlaces } from './checks/errors/group-places.ts'
import { checkReferences } from './checks/errors/references.ts'
import { ConfigError, type ConfigProblem } from './errors.ts'
import { describeIssues, parseYaml, type YamlFile } from './files/problems.ts'
import { entryOf, type Finding } from './finding.ts'
import { locateInstallation } from './installation-id.ts'
import { withMacFiles } from './resolved/mac-rules.ts'
import { type Config, resolveDefaults, type SecretRemark } from './resolved/resolve.ts'
import { localUsers } from './schema/directories.ts'
import type { FieldContext } from './schema/fields.ts'
import { createConfigSchema, type ParsedConfig } from './schema/schema.ts'
import { createSecretReader, type SecretReaderOptions, UnusableSecretError } from './secrets.ts'

export type LoadOptions = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Gives a file, as bytes or as its text; throws when it cannot be read. Default: the file system. */
  readonly readFile?: (path: string) => Uint8Array | string
  /** Gives the permissions of a file that was read. Default: the file system. */
  readonly fileMode?: (path: string) => number
  /** What only other parts know: dictionary names, texts. Run once the file itself is right. */
  readonly checks?: readonly ConfigCheck[]
}

/**
 * Reads the configuration, with every secret it names. Throws ConfigError, whose problems say file,
 * line and column of all that is wrong.
 */
export function loadConfig(file: string, options: LoadOptions): Config {
  const given = options.readFile ?? ((path: string) => readFileSync(path))
  const readBytes = (path: string) => Buffer.from(given(path))
  const readFile = (path: string) => decodeMostlyUtf8(path, readBytes(path))
  const fileMode =
    options.fileMode ?? ((path: string) => statSync(path, { throwIfNoEntry: false })?.mode ?? 0)
  const yaml = readYaml(file, readFile)
  const secretFiles = new Set<string>()
  const secretRemarks: SecretRemark[] = []
  const context = createContext(file, yaml.value, {
    env: options.env,
    readFile: readBytes,
    onFile: (path) => secretFiles.add(path),
    onRemark: (place, remark) => secretRemarks.push({ place, remark }),
  })
  const parsed = parseWith(createConfigSchema(context), yaml)
  const complete = withMacFiles(withUsersFiles(parsed, yaml, context, readFile), yaml, readFile)
  const sealingKey = findSealingKey(complete, context)
  const installation = locateInstallation(file, yaml.value, options.env)
  const findings = checkReferences(complete)
  if (typeof sealingKey === 'string') {
    throw invalid(yaml, [...findings, { path: ['sealing_key'], message: sealingKey }])
  }
  if (findings.length > 0) throw invalid(yaml, findings)
  const exposedFiles = [...secretFiles].filter((path) => (fileMode(path) & 0o007) !== 0)
  const groupPlaces = findGroupPlaces(complete, yaml)
  const found = { sealingKey, exposedFiles, secretRemarks, installation, groupPlaces }
  const config = resolveDefaults(complete, options.env, found)
  const further = (options.checks ?? []).flatMap((check) => check(config))
  if (further.length > 0) throw invalid(yaml, further)
  return config
}

function invalid(yaml: YamlFile, findings: readonly Finding[]): ConfigError {
  const problems = findings.map(({ path, message, suggestion, at }) =>
    yaml.problemAt(path, message, { suggestion, at }),
  )
  return new ConfigError('config-invalid', problems)
}

function readYaml(file: string, readFile: (path: string) => string): YamlFile {
  let text: string
  try {
    text = readFile(file)
  } catch (error) {
    const place = { file, line: 1, column: 1, path: '' }
    throw new ConfigError('config-not-readable', [{ ...place, message: fileProblem(file, error) }])
  }
  return parseText(file, text)
}

function parseText(file: string, text: string): YamlFile {
  const yaml = parseYaml(file, text)
  if (yaml.problems.length > 0) throw new ConfigError('config-not-yaml', yaml.problems)
  return yaml
}

function createContext(
  file: string,
  value: unknown,
  surroundings: Omit<SecretReaderOptions, 'resolvePath' | 'demo'>,
): FieldContext {
  const folder = dirname(resolve(file))
  const resolvePath = (path: string) => resolve(folder, path)
  const demo = z.looseObject({ insecure_demo: z.literal(true) }).safeParse(value).success
  return { resolvePath, readSecret: createSecretReader({ ...surroundings, resolvePath, demo }) }
}

function parseWith<Schema extends z.ZodType>(schema: Schema, yaml: YamlFile): z.output<Schema> {
  const result = schema.safeParse(yaml.value, { reportInput: false })
  if (result.success) return result.data
  throw new ConfigError('config-invalid', describeIssues(yaml, result.error.issues, yaml.value))
}

/** Adds the people of each `users_file` to those in the file itself. */
function withUsersFiles(
  parsed: ParsedConfig,
  config: YamlFile,
  context: FieldContext,
  readFile: (path: string) => string,
): ParsedConfig {
  const problems: ConfigProblem[] = []
  const directories = Object.fromEntries(
    Object.entries(parsed.directories).map(([name, directory]) => {
      if (directory.type !== 'local' || directory.usersFile === undefined) return [name, directory]
      let text: string
      try {
        text = readFile(directory.usersFile)
      } catch (error) {
        const message = fileProblem(directory.usersFile, error)
        problems.push(config.problemAt(['directories', name, 'users_file'], message))
        return [name, directory]
      }
      const yaml = parseText(directory.usersFile, text)
      const further = parseWith(localUsers(context), yaml)
      for (const user of Object.keys(further)) {
        if (entryOf(directory.users, user) !== undefined) {
          problems.push(yaml.problemAt([user], `is in directory ${name} already`))
        }
      }
      return [name, { ...directory, users: { ...directory.users, ...further } }]
    }),
  )
  if (problems.length > 0) throw new ConfigError('config-invalid', problems)
  return { ...parsed, directories }
}

/** The sealing key, undefined where a demo makes its own, or a text that says what is wrong. */
function findSealingKey(parsed: ParsedConfig, context: FieldContext): Secret | undefined | string {
  let key = parsed.sealingKey
  if (key === undefined && !parsed.insecureDemo) {
    try {
      key = context.readSecret('credential:sealing-key', { clearText: false })
    } catch (error) {
      if (error instanceof UnusableSecretError) return error.message
      return `is missing: ${messageOf(error)}`
    }
  }
  if (key === undefined) return undefined
  const text = key.reveal().trim()
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === 32 && bytes.toString('base64') === text
    ? key
    : 'must be 32 bytes in Base64; make one with: openssl rand -base64 32'
}
