import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandResult } from './cli.ts'

const program = join(import.meta.dirname, '../../bin/holdfast')

/** A machine of an installation: /etc and /var are below a folder, and so are the commands that stand in for others. */
export type Machine = {
  readonly folder: string
  /** Types the lines of a page, of which one that fails ends the rest. `root@standby:` is the other machine. */
  type(lines: string, other?: Machine): Promise<CommandResult>
  /** Everything its service has printed. */
  output(): string
}

/** Makes a machine with the program, and nothing configured. */
export function createMachine(folder: string): Machine {
  for (const name of ['bin', 'etc', 'run', 'var/lib', 'var/backups']) {
    mkdirSync(join(folder, name), { recursive: true })
  }
  const config = join(folder, 'etc/holdfast/holdfast.yaml')
  const log = join(folder, 'run/log')
  const stub = (name: string, text: string) => {
    const file = join(folder, 'bin', name)
    writeFileSync(file, `#!/bin/sh\nset -e\n${text}`)
    chmodSync(file, 0o755)
  }
  stub('holdfast', `exec '${program}' "$@" --config '${config}'\n`)
  // The path of the other machine is in the line already.
  stub('scp', 'exec cp "$@"\n')
  stub(
    'systemctl',
    `pid='${folder}/run/pid'
case "$*" in
  'disable --now holdfast')
    kill "$(cat "$pid")"
    while kill -0 "$(cat "$pid")" 2>/dev/null; do sleep 0.05; done
    rm "$pid" ;;
  'enable --now holdfast')
    CREDENTIALS_DIRECTORY='${folder}/etc/holdfast/credentials' setsid \\
      '${process.execPath}' '${join(import.meta.dirname, '../../src/main.ts')}' serve --config '${config}' </dev/null >'${log}' 2>&1 &
    echo $! >"$pid"
    until grep -q 'ready after' '${log}'; do kill -0 "$(cat "$pid")"; sleep 0.05; done ;;
  *) echo "systemctl stands in for something else: $*" >&2; exit 1 ;;
esac
`,
  )
  return {
    folder,
    output: () => (existsSync(log) ? readFileSync(log, 'utf8') : ''),
    async type(lines, other) {
      const here = lines
        .replaceAll(/(^|\s)\/(etc|var)\//gm, `$1${folder}/$2/`)
        .replaceAll('root@standby:', other?.folder ?? 'no-standby:')
      const child = spawn('sh', ['-e', '-c', here], {
        env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let stdout = ''
      let stderr = ''
      child.stdout.on('data', (text) => (stdout += text))
      child.stderr.on('data', (text) => (stderr += text))
      const [code] = await once(child, 'exit')
      return { code: code as number | null, stdout, stderr }
    },
  }
}
