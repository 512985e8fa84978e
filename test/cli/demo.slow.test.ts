import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { otpCode, parseSeed } from '../../src/methods/index.ts'
import { startAdminSocket } from '../../src/ops/index.ts'
import { run, temporaryFolder } from './fake-io.ts'

const main = join(import.meta.dirname, '../../src/main.ts')
const seedText = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

const demo = `insecure_demo: true
default_region: NL
listen: ["127.0.0.1:0"]
store: temporary
directories:
  people: { type: local, users: { alice: { password: wonderland } } }
gateways:
  append: { address: 127.0.0.1, secret: testing123, flow: append, patience: 20s }
demo:
  enrolments:
    - { directory: people, user: alice, method: totp, seed: ${seedText} }
`

function currentCode(): string {
  const seed = parseSeed(seedText) ?? new Uint8Array()
  return otpCode({ seed, algorithm: 'sha1', digits: 6 }, Math.floor(Date.now() / 30_000))
}

describe('a demo', () => {
  const folder = temporaryFolder()
  const env = { XDG_RUNTIME_DIR: join(folder, 'run'), TMPDIR: folder }
  const config = join(folder, 'demo.yaml')
  const demoFile = join(env.XDG_RUNTIME_DIR, 'holdfast-demo.json')
  let service: ChildProcess | undefined
  let output = ''
  let complaints = ''

  before(async () => {
    mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700 })
    writeFileSync(config, demo)
    service = spawn(process.execPath, [main, 'serve', '--config', config], {
      env: { PATH: process.env.PATH ?? '', ...env },
    })
    service.stdout?.setEncoding('utf8')
    service.stdout?.on('data', (chunk) => {
      // The first line comes before anything is ready: an early SIGHUP must not end it.
      if (output === '') service?.kill('SIGHUP')
      output += String(chunk)
    })
    service.stderr?.setEncoding('utf8')
    service.stderr?.on('data', (chunk) => {
      complaints += String(chunk)
    })
    while (!existsSync(demoFile)) {
      if (service.exitCode !== null || service.signalCode !== null)
        throw new Error(`the demo ended: ${output}${complaints}`)
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  })
  after(() => service?.kill('SIGKILL'))

  it('is found without flags, and lets alice in', async () => {
    const input = `wonderland,${currentCode()}\n`
    const { code, stdout, stderr } = await run(['try', 'alice'], { env, input })
    expect(code, stdout + stderr).to.equal(exitCodes.ok)
  })

  it('explains what would come of a sign-in, by name and device, and needs a gateway', async () => {
    const words = ['explain', 'alice', '--gateway', 'append']
    const { code, stdout, stderr } = await run(words, { env })
    expect(code, stderr).to.equal(exitCodes.ok)
    expect(stdout)
      .to.match(/^alice at append, with the right password alone, is refused: code-missing\./)
      .and.match(/Can use +totp( ".*")? \(a code that is read off\)/)
      .and.match(/Patience +20\.0 s \(configuration\)/)
      .and.match(/Accept by totp +no attributes/)
    const from = ['--from', 'AA-BB-CC-DD-EE-FF', '--at', '2030-01-02T03:04', '--json']
    const explanation = JSON.parse((await run([...words, ...from], { env })).stdout)
    expect(explanation).to.deep.include({
      device: { kind: 'mac', value: 'aabbccddeeff' },
      atMs: new Date(2030, 0, 2, 3, 4).getTime(),
    })
    expect(JSON.stringify(explanation)).to.not.include(seedText)
    const unknown = await run(['explain', 'alice', '--gateway', 'wifi'], { env })
    expect(unknown).to.include({ code: exitCodes['not-found'] })
    const noTime = await run([...words, '--at', '25:99'], { env })
    expect(noTime).to.include({ code: exitCodes.usage })
    expect(await run(['explain', 'alice'], { env })).to.include({ code: exitCodes.usage })
  })

  it('is found by its configuration too, and by its socket', async () => {
    const { socket } = JSON.parse(readFileSync(demoFile, 'utf8'))
    for (const flags of [
      ['--config', config],
      ['--socket', socket],
    ]) {
      const { code, stderr } = await run(['try', 'alice', ...flags], { env, input: 'wrong\n' })
      expect(code, stderr).to.equal(exitCodes.rejected)
    }
    const other = await run(['try', 'alice', '--socket', '/none.sock'], { env, input: 'wrong\n' })
    expect(other.code).to.equal(exitCodes.usage)
    expect(other.stderr).to.include('--gateway-secret-file')
  })

  it('answers the other commands without flags', async () => {
    const search = await run(['audit', 'search', '--outcome', 'accept', '--json'], { env })
    expect(JSON.parse(search.stdout)[0]).to.include({ userName: 'alice', gateway: 'append' })
    const check = await run(['check'], { env })
    expect(check.code).to.equal(exitCodes.ok)
    expect(check.stdout.replaceAll(/\s+/g, ' ')).to.include('with this configuration')
    expect(check.stdout)
      .to.match(/WARN .*insecure_demo/)
      .and.include('Failed: 0, warnings: 1.')
    expect((await run(['user', 'block', 'alice'], { env })).code).to.equal(exitCodes.ok)
    const refused = await run(['try', 'alice'], { env, input: `wonderland,${currentCode()}\n` })
    expect(refused.code).to.equal(exitCodes.rejected)
    const last = await run(['audit', 'search', '--outcome', 'reject', '--json'], { env })
    expect(JSON.parse(last.stdout).at(-1)).to.include({ userName: 'alice', reason: 'blocked' })
  })

  it('is not adopted: its store ends with it', async () => {
    const usualConfig = join(folder, 'etc', 'holdfast.yaml')
    const here = await run(['store', 'adopt'], { env, usualConfig })
    expect(here).to.include({ code: exitCodes.configuration, stdout: '' })
    expect(here.stderr).to.include(`There is no configuration at ${usualConfig}.`)
    expect(existsSync(join(folder, 'etc'))).to.equal(false)
    const named = await run(['store', 'adopt', '--config', config], { env })
    expect(named).to.include({ code: exitCodes.usage, stdout: '' })
    expect(existsSync(join(folder, 'credentials'))).to.equal(false)
  })

  it('gives way to a service at the usual place, which says so', async () => {
    const usualSocket = join(folder, 'usual.sock')
    const other = await startAdminSocket({
      path: usualSocket,
      operations: { 'user.list': async () => [] },
      onInternalError: () => undefined,
    })
    const { socket } = JSON.parse(readFileSync(demoFile, 'utf8'))
    try {
      const listed = await run(['user', 'list', '--json'], { env, usualSocket })
      expect(JSON.parse(listed.stdout)).to.deep.equal([])
      expect(listed.stderr).to.equal(
        `Speaking to the service at ${usualSocket}; the demo at ${socket} runs too (--socket).\n`,
      )
      const named = await run(['user', 'list', '--socket', usualSocket], { env, usualSocket })
      expect(named.stderr).to.equal('')
      const tried = await run(['try', 'alice'], { env, usualSocket, input: 'wrong\n' })
      expect(tried.code).to.equal(exitCodes.rejected)
      expect(tried.stderr).to.match(
        /Trying the demo at 127\.0\.0\.1:\d+; the service at \S+usual\.sock runs too/,
      )
    } finally {
      await other.close()
    }
    const alone = await run(['user', 'list'], { env, usualSocket })
    expect(alone.stderr).to.equal('')
  })

  it('is never taken for an installation (RULES 40)', async () => {
    const usualConfig = join(folder, 'installed.yaml')
    writeFileSync(
      usualConfig,
      `sealing_key: "file:key"
admin_socket: installed.sock
store: { sqlite: installed.db }
directories: { people: { type: local } }
gateways: { vpn: { address: 192.0.2.1, secret: "file:secret" } }
`,
    )
    writeFileSync(join(folder, 'key'), Buffer.alloc(32, 9).toString('base64'), { mode: 0o600 })
    writeFileSync(join(folder, 'secret'), 'abcdefghijklmnopqrstuvwxyz012345', { mode: 0o600 })
    const { socket } = JSON.parse(readFileSync(demoFile, 'utf8'))
    const listed = async () =>
      (await run(['authenticator', 'list', 'alice', '--json', '--socket', socket], { env })).stdout
    const before = await listed()
    for (const argv of [
      ['authenticator', 'add', 'alice'],
      ['user', 'block', 'alice'],
      ['reload'],
      ['why', 'alice'],
      ['explain', 'alice', '--gateway', 'append'],
      ['bypass', 'alice', '--reason', 'x'],
      ['simulate', '--preset', 'sophos', '--user', 'alice', '--gateway-secret', 'testing123'],
    ]) {
      const { code, stderr } = await run(argv, { env, usualConfig })
      // The installation has neither a service nor a store.
      expect(code, stderr).to.be.oneOf([exitCodes.failed, exitCodes['service-not-running']])
      expect(stderr, argv.join(' ')).to.include(`--socket ${socket}`).and.include(usualConfig)
    }
    const tried = await run(['try', 'alice'], { env, usualConfig, input: 'wonderland\n' })
    expect(tried.code).to.equal(exitCodes.usage)
    expect(tried.stderr).to.include(`--socket ${socket}`)
    const check = await run(['check', '--json'], { env, usualConfig })
    expect(check.stdout).to.include(usualConfig).and.not.include('demo.yaml')
    expect(await listed()).to.equal(before)
  })

  it('is left alone by a second one, which says how to stop the first or to run beside it', async () => {
    const before = readFileSync(demoFile, 'utf8')
    const { pid } = JSON.parse(before)
    const same = await run(['serve', '--config', config], { env })
    expect(same.code, same.stdout).to.equal(exitCodes.failed)
    expect(same.stderr)
      .to.include(`A demo of yours runs already: process ${pid}, with ${config}.`)
      .and.include(`kill ${pid}`)
    const beside = join(folder, 'beside.yaml')
    writeFileSync(beside, `${demo}admin_socket: ${join(folder, 'beside.sock')}\n`)
    const second = spawn(process.execPath, [main, 'serve', '--config', beside], {
      env: { PATH: process.env.PATH ?? '', ...env },
    })
    const said = await new Promise<string>((resolve) => {
      let text = ''
      second.stderr.setEncoding('utf8')
      second.stderr.on('data', (chunk) => {
        text += String(chunk)
        if (text.endsWith('\n')) resolve(text)
      })
      second.once('close', () => resolve(text))
    })
    expect(said).to.include(
      `Another demo is already running (process ${pid}, with ${config}), and commands talk to that one. To talk to this one, add --config ${beside}.`,
    )
    const ended = new Promise((resolve) => second.once('close', (code) => resolve(code)))
    second.kill('SIGTERM')
    expect(await ended).to.equal(0)
    expect(readFileSync(demoFile, 'utf8')).to.equal(before)
  })

  it('refuses a reload of a broken file, says why, and goes on', async () => {
    writeFileSync(config, `${demo}nonsense: true\n`)
    const { code, stderr } = await run(['reload'], { env })
    expect(code).to.equal(exitCodes.configuration)
    expect(stderr).to.match(/:\d+:1: …: unknown key/)
    writeFileSync(config, demo)
    expect((await run(['reload'], { env })).code).to.equal(exitCodes.ok)
  })

  it('ends in order on SIGTERM and takes its file away', async () => {
    // Not `exit`: then the last lines may still be under way.
    const ended = new Promise((resolve) => service?.once('close', (code) => resolve(code)))
    service?.kill('SIGTERM')
    expect(await ended, output + complaints).to.equal(0)
    expect(output.split('"event":"configuration-reloaded"')).to.have.length(3)
    expect(existsSync(demoFile)).to.equal(false)
    // What to paste names the demo's password; the log never does.
    const logged = output.split('\n').filter((line) => line.startsWith('{'))
    expect(logged).to.have.length.above(5)
    expect(logged.filter((line) => line.includes('wonderland'))).to.deep.equal([])
    expect(complaints).to.not.include('wonderland')
    expect(readFileSync(config, 'utf8')).to.equal(demo)
    expect((await run(['reload'], { env })).code).to.equal(exitCodes['service-not-running'])
  })
})
