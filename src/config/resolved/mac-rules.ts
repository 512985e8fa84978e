import { fileProblem, formatMac, parseMac } from '../../support/index.ts'
import { ConfigError, type ConfigProblem } from '../errors.ts'
import type { YamlFile } from '../files/problems.ts'
import type { ParsedConfig } from '../schema/schema.ts'
import { type NamedReply, namedReplies, ruleName } from './reply-rules.ts'

type ParsedRule = ParsedConfig['macRules'][number]

export type MacRuleConfig = {
  readonly name: string
  readonly gateway: readonly string[]
  /** `00:11:22:33:44:55`, those of the file included. */
  readonly macs: readonly string[]
  readonly reply: readonly NamedReply[]
}

/** Gives each rule a name, and writes `vlan` out. */
export function resolveMacRules(rules: readonly ParsedRule[]): readonly MacRuleConfig[] {
  return rules.map((rule, index) => {
    const { gateway, macs = [] } = rule
    return { name: ruleName(rule, index), gateway, macs, reply: namedReplies(rule) }
  })
}

/** Adds the addresses of each `mac_file` to those in the file itself. Throws ConfigError. */
export function withMacFiles(
  parsed: ParsedConfig,
  config: YamlFile,
  readFile: (path: string) => string,
): ParsedConfig {
  const problems: ConfigProblem[] = []
  const macRules = parsed.macRules.map((rule, index) => {
    const { macFile, macs = [] } = rule
    if (macFile === undefined) return rule
    let text: string
    try {
      text = readFile(macFile)
    } catch (error) {
      const path = ['mac_rules', index, 'mac_file']
      problems.push(config.problemAt(path, fileProblem(macFile, error)))
      return rule
    }
    return { ...rule, macs: [...macs, ...readMacs(macFile, text, problems)] }
  })
  if (problems.length > 0) throw new ConfigError('config-invalid', problems)
  return { ...parsed, macRules }
}

function readMacs(file: string, text: string, problems: ConfigProblem[]): readonly string[] {
  const problem = (line: number, message: string) =>
    problems.push({ file, line, column: 1, path: '', message })
  return text.split(/\r?\n/).flatMap((line, index) => {
    const [written = ''] = line.split('#')
    if (written.trim() === '') return []
    const digits = parseMac(written.trim())
    if (digits !== undefined) return [formatMac(digits)]
    problem(index + 1, 'must be a MAC address such as 00:11:22:33:44:55')
    return []
  })
}
