import { HoldfastError } from '../support/index.ts'

/** One thing that is wrong, and where. Lines and columns start at 1. */
export type ConfigProblem = {
  readonly file: string
  readonly line: number
  readonly column: number
  /** Keys from the top, joined by dots: `gateways.vpn.flow`. Empty for the whole file. */
  readonly path: string
  readonly message: string
  /** What was probably meant. */
  readonly suggestion?: string
}

export type ConfigErrorCode = 'config-not-readable' | 'config-not-yaml' | 'config-invalid'

/** The configuration cannot be used. `message` has one line a problem. */
export class ConfigError extends HoldfastError<ConfigErrorCode> {
  readonly problems: readonly ConfigProblem[]

  constructor(code: ConfigErrorCode, problems: readonly ConfigProblem[]) {
    const ordered = problems.toSorted(
      (left, right) => left.line - right.line || left.column - right.column,
    )
    super(code, ordered.map(formatProblem).join('\n'))
    this.name = 'ConfigError'
    this.problems = ordered
  }
}

/** `holdfast.yaml:12:5: gateways.vpn.flwo: unknown key (did you mean flow?)` */
export function formatProblem(problem: ConfigProblem): string {
  const { file, line, column, path, message, suggestion } = problem
  const where = path === '' ? '' : ` ${path}:`
  const hint = suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`
  return `${file}:${line}:${column}:${where} ${message}${hint}`
}
