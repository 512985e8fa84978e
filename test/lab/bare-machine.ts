import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

const script = new URL('./bare-machine.sh', import.meta.url).pathname
const root = join(import.meta.dirname, '../..')
/** Who has cloned the repository: neither root nor anyone of this machine. */
const ownerId = 61_235

export type BareMachine = {
  readonly folder: string
  /** Runs a script there, from scratch each time. Gives what it says. */
  run(script: string): { readonly status: number | null; readonly output: string }
  /** A line for such a script that runs a command in the clone, as its owner. */
  asOwner(command: string): string
  remove(): void
}

/**
 * Makes a bare machine with a clone of this repository in a home that only its owner can enter. Packages come from here
 * in place of a registry, and `systemctl` writes down what it is told.
 */
export function createBareMachine(): BareMachine {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-machine-'))
  chmodSync(folder, 0o755)
  const at = (...names: readonly string[]) => join(folder, ...names)
  for (const name of ['bin', 'home', 'root']) mkdirSync(at(name))
  cpSync(root, at('clone'), {
    recursive: true,
    filter: (source) => !/^(node_modules|\.git)(\/|$)/.test(relative(root, source)),
  })
  const git = (...words: readonly string[]) =>
    execFileSync('git', ['-C', at('clone'), ...words], { stdio: 'ignore' })
  git('init', '--initial-branch=main')
  git('config', 'user.name', 'owner')
  git('config', 'user.email', 'owner@example.com')
  git('add', '--all')
  git('commit', '--message=first')
  execFileSync('chown', ['-R', `${ownerId}:${ownerId}`, at('clone')])
  chmodSync(at('clone'), 0o700)
  const program = (name: string, text: string) =>
    writeFileSync(at('bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  program('apt', `echo "apt $*" >> ${at('calls')}`)
  program('systemctl', `echo "systemctl $*" >> ${at('calls')}`)
  program(
    'npm',
    `echo "npm $*" >> ${at('calls')}; rm -rf node_modules; ln -s ${join(root, 'node_modules')} node_modules`,
  )
  return {
    folder,
    run(text) {
      const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'bash', script, folder], {
        input: text,
        encoding: 'utf8',
      })
      return { status, output: stdout + stderr }
    },
    asOwner: (command) =>
      `( cd ${at('clone')} && setpriv --reuid ${ownerId} --regid ${ownerId} --clear-groups sh -c '${command}' )`,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
