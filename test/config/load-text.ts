import {
  type Config,
  ConfigError,
  formatProblem,
  type LoadOptions,
  loadConfig,
} from '../../src/config/index.ts'

/** A small configuration with nothing wrong; further gateways can be appended. */
export const valid = `default_region: NL
directories:
  corp:
    type: ldap
    servers: ldaps://dc1.corp.example.com
    bind_dn: holdfast@corp.example.com
    bind_password: file:bind
    base_dn: DC=corp,DC=example,DC=com
gateways:
  vpn: { address: "192.0.2.10", secret: "file:vpn" }
`

export type Surroundings = {
  readonly env?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Permissions of every file; 0600 unless given. */
  readonly mode?: number
  readonly checks?: NonNullable<LoadOptions['checks']>
}

/** Loads a text as /etc/holdfast/h.yaml, with the secrets `valid` names beside it. */
export function load(text: string, surroundings: Surroundings = {}): Config {
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'h.yaml': text,
    '/etc/holdfast/bind': 'bind password\n',
    '/etc/holdfast/vpn': 'a vpn secret of some length\n',
    '/run/credentials/sealing-key': `${Buffer.alloc(32, 7).toString('base64')}\n`,
    ...surroundings.files,
  }
  return loadConfig('/etc/holdfast/h.yaml', {
    env: { CREDENTIALS_DIRECTORY: '/run/credentials', ...surroundings.env },
    checks: surroundings.checks ?? [],
    fileMode: () => surroundings.mode ?? 0o100600,
    readFile(path) {
      const found = files[path === '/etc/holdfast/h.yaml' ? 'h.yaml' : path]
      if (found !== undefined) return found
      throw Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' })
    },
  })
}

/** What is wrong with a text, one line each, with the file’s name shortened; none when it loads. */
export function problemsOf(text: string, surroundings: Surroundings = {}): readonly string[] {
  try {
    load(text, surroundings)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((problem) =>
      formatProblem(problem).replace('/etc/holdfast/h.yaml', 'h.yaml'),
    )
  }
  return []
}
