import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { type CliRun, run, temporaryFolder } from './fake-io.ts'

const main = join(import.meta.dirname, '../../src/main.ts')

/** The real process, with nothing of the tester's environment that could lead it to a service. */
function spawnHoldfast(argv: readonly string[], env: Record<string, string>): Promise<CliRun> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, ...argv],
      { env: { PATH: process.env.PATH ?? '', ...env } },
      (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0
        resolve({ code, stdout, stderr })
      },
    )
    child.stdin?.end()
  })
}

type Case = {
  readonly argv: readonly string[]
  readonly code: number
  readonly stdout?: RegExp
  readonly stderr?: RegExp
}

describe('a command line', () => {
  const folder = temporaryFolder()
  const env = { XDG_RUNTIME_DIR: folder }
  const broken = join(folder, 'broken.yaml')
  writeFileSync(broken, 'gateways:\n  vpn:\n    flwo: hold\n')
  const title = (argv: readonly string[]) =>
    `holdfast ${argv.map((word) => word.replace(folder, '…')).join(' ')}`

  const expectCase = (result: CliRun, { code, stdout = /^/, stderr = /^/ }: Case) => {
    expect(result.stderr).to.not.match(/\n\s+at /)
    expect(result.stdout).to.match(stdout)
    expect(result.stderr).to.match(stderr)
    expect(result.code).to.equal(code)
  }

  const inProcess: readonly Case[] = [
    { argv: ['--help'], code: exitCodes.ok, stdout: /Exit codes:/ },
    { argv: ['user', 'block', '--help'], code: exitCodes.ok, stdout: /--reason/ },
    { argv: ['completion'], code: exitCodes.ok, stdout: /--get-yargs-completions/ },
    { argv: ['version', '--json'], code: exitCodes.ok, stdout: /"version": "\d/ },
    { argv: ['check', '-c', broken], code: exitCodes.configuration, stdout: /flwo/ },
    {
      argv: ['--get-yargs-completions', 'holdfast', 'au'],
      code: exitCodes.ok,
      stdout: /authenticator[\s\S]*audit/,
    },
    { argv: ['--version'], code: exitCodes.ok, stdout: /^\d+\.\d+\.\d+/ },
    { argv: [], code: exitCodes.usage, stderr: /`holdfast` needs a command/ },
    { argv: ['usr'], code: exitCodes.usage, stderr: /Did you mean `user`\?/ },
    { argv: ['user'], code: exitCodes.usage, stderr: /`user` needs a command/ },
    {
      argv: ['user', 'block'],
      code: exitCodes.usage,
      stderr: /needs a user name, for example `alice`\./,
    },
    { argv: ['user', 'list', '--nope'], code: exitCodes.usage, stderr: /nope/ },
    { argv: ['try', 'alice', '--password', 'x'], code: exitCodes.usage, stderr: /command line/ },
    { argv: ['try', 'alice'], code: exitCodes.usage, stderr: /--gateway-secret-file/ },
    {
      argv: ['try', 'alice', '--timeout', '0', '--gateway-secret', 's'],
      code: exitCodes.usage,
      stderr: /timeout/,
    },
    {
      argv: ['try', 'alice', '-a', 'No-Such-Thing=1', '--gateway-secret', 's'],
      code: exitCodes.usage,
      stderr: /No-Such-Thing/,
    },
    {
      argv: ['reload', '--socket', join(folder, 'none.sock')],
      code: exitCodes['service-not-running'],
      stderr: /nothing listens on/,
    },
    {
      argv: ['user', 'list', '--config', join(folder, 'none.yaml')],
      code: exitCodes.configuration,
      stderr: /none\.yaml/,
    },
    { argv: ['import', '/nowhere.csv'], code: exitCodes['bad-file'], stderr: /nowhere\.csv/ },
    {
      argv: ['authenticator', 'add', 'alice', '-m', 'sms', '--socket', '/none'],
      code: exitCodes.usage,
      stderr: /needs --phone for sms, for example `--phone \+31612345678`/,
    },
    { argv: ['audit', 'search', '--since', 'soon'], code: exitCodes.usage, stderr: /takes a time/ },
    { argv: ['audit', 'search', '--limit', 'all'], code: exitCodes.usage, stderr: /whole number/ },
    { argv: ['user', 'remove', 'alice'], code: exitCodes.usage, stderr: /--yes/ },
  ]
  for (const one of inProcess) {
    it(`${title(one.argv)} gives ${one.code}`, async () => {
      expectCase(await run(one.argv, { env }), one)
    })
  }

  const spawned: readonly Case[] = [
    { argv: ['serve', '-c', broken], code: exitCodes.configuration, stderr: /flwo/ },
  ]
  for (const one of spawned) {
    it(`${title(one.argv)} as a process gives ${one.code}`, async () => {
      expectCase(await spawnHoldfast(one.argv, env), one)
    })
  }

  it('keeps its exit code when the reader of its errors has gone', async () => {
    const child = spawn(process.execPath, [main, 'usr'], {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.destroy()
    expect(await once(child, 'exit')).to.deep.equal([exitCodes.usage, null])
  })

  it('shows a stack when HOLDFAST_DEBUG asks for one', async () => {
    const argv = ['reload', '--socket', '/none']
    const { stderr } = await run(argv, { env: { HOLDFAST_DEBUG: '1' } })
    expect(stderr).to.match(/\n\s+at /)
  })
})
