import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, ConfigError, findIdleSettings, loadConfig } from '../../config/index.ts'
import { CliError } from '../errors.ts'
import type { FileToWrite } from './first-configuration.ts'

/**
 * Loads the configuration that is about to be written, before it is. Throws CliError `usage` where it would not
 * load, or where a setting in it keeps people out or does nothing.
 */
export function verifyFiles(files: readonly FileToWrite[], folder: string, name: string): Config {
  const unwritten = new Map(files.map((file) => [join(folder, file.name), file]))
  const config = load(join(folder, name), unwritten)
  const [idle] = findIdleSettings(config)
  if (idle === undefined) return config
  throw new CliError('usage', `${idle.setting} ${idle.why}. ${idle.remedy}\nNothing was written.`)
}

function load(path: string, unwritten: ReadonlyMap<string, FileToWrite>): Config {
  try {
    return loadConfig(path, {
      env: {},
      readFile: (each) => unwritten.get(each)?.content ?? readFileSync(each, 'utf8'),
      fileMode: (each) => unwritten.get(each)?.mode ?? 0,
    })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const problems = error.problems.map(({ path: setting, message }) => `${setting}: ${message}`)
    throw new CliError('usage', `${problems.join('\n')}\nNothing was written.`, { cause: error })
  }
}
