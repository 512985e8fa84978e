import * as z from 'zod'
import { parseYaml } from '../../config/files/problems.ts'
import { CliError } from '../errors.ts'
import { readText } from '../files.ts'

const plain = z.union([z.string(), z.number(), z.boolean()])
const answers = z.record(z.string(), z.union([plain, z.array(plain)]))

/**
 * Reads a YAML file of options by name: the command line takes precedence. Throws CliError `file-unreadable`, or
 * `usage` with the line.
 */
export function readAnswers(file: string, names: readonly string[]): Record<string, unknown> {
  const yaml = parseYaml(file, readText(file))
  const [problem] = yaml.problems
  if (problem !== undefined) {
    throw new CliError('usage', `${file}:${problem.line}: ${problem.message}`)
  }
  const found = answers.safeParse(yaml.value)
  if (found.success) {
    const unknown = Object.keys(found.data).find((name) => !names.includes(name))
    if (unknown === undefined) return found.data
    const { line } = yaml.problemAt([unknown], '')
    throw new CliError(
      'usage',
      `${file}:${line}: There is no option "${unknown}". Options: ${names.join(', ')}.`,
    )
  }
  throw new CliError(
    'usage',
    `${file} must hold one option a line, such as "base-dn: DC=corp,DC=example,DC=com", with a text or a list of texts behind it.`,
  )
}
