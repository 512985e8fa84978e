import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { stopOnExit } from '../lab/child.ts'
import { openGateway } from '../lab/gateway.ts'
import { freePort } from '../lab/port.ts'
import { codeOf } from '../lab/service-config.ts'

// Installs packages, so it is the one test that needs more of the network than the loopback.
describe('the quick start of the README', () => {
  const folders: string[] = []
  function folder(): string {
    const made = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
    folders.push(made)
    return made
  }
  after(() => {
    for (const each of folders) rmSync(each, { recursive: true, force: true })
  })

  it('npm start on a fresh clone installs, says ready, signs in, and ends at SIGTERM', async function () {
    this.timeout(900_000)
    this.slow(120_000)
    const clone = join(folder(), 'holdfast')
    const root = new URL('../../', import.meta.url).pathname
    if (spawnSync('git', ['clone', '-q', root, clone]).status !== 0) {
      console.log('      skipped: this is no git repository')
      if (process.env.CI) throw new Error('this is no git repository')
      this.skip()
    }
    const [port, httpPort] = [await freePort(), await freePort()]
    const demo = join(clone, 'config', 'demo.yaml')
    writeFileSync(
      demo,
      readFileSync(demo, 'utf8')
        .replaceAll(':1812"', `:${port}"`)
        .replace(':1813"', ':0"')
        .replaceAll(':8080"', `:${httpPort}"`),
    )
    const runtime = folder()
    const child = spawn('npm', ['start'], {
      cwd: clone,
      // As on a new machine: not the Node and the settings of the npm that runs this test.
      env: { ...plainEnvironment(), XDG_RUNTIME_DIR: runtime },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    stopOnExit(child, () => undefined)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
    const exited = once(child, 'exit')
    const untilMs = Date.now() + 800_000
    while (!/ready/.test(output)) {
      if (child.exitCode !== null || Date.now() > untilMs) throw new Error(`not ready:\n${output}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const gateway = await openGateway({ port })
    const password = `wonderland,${codeOf('JBSWY3DPEHPK3PXP')}`
    const reply = await gateway.signIn({ user: 'alice', password, nas: 'append' })
    gateway.close()
    expect(reply?.kind).to.equal('accept')
    // To all of npm, its shell and the service, as a terminal or systemd would.
    process.kill(-(child.pid ?? 0), 'SIGTERM')
    await exited
    const goneMs = Date.now() + 60_000
    while (!/"event":"service-stopped"/.test(output) && Date.now() < goneMs) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(output).to.contain('"event":"service-stopped"')
  })
})

function plainEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env
  const folders = PATH.split(':').filter((each) => !each.includes('node_modules'))
  return { PATH: folders.join(':'), HOME }
}
