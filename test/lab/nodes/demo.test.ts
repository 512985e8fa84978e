import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { stopOnExit } from '../child.ts'
import { holdfast } from '../cli.ts'
import { needPostgresql } from '../postgresql/server.ts'
import { until } from './person.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

describe('npm run demo:nodes', function () {
  this.timeout(600_000)

  before(function () {
    needPostgresql(this)
  })

  it('lets carol in after the kill -9 that it tells you to type, with one ring, and leaves nothing', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'holdfast-demo-'))
    // PostgreSQL runs as another user.
    chmodSync(temporary, 0o711)
    const child = spawn(process.execPath, ['test/lab/nodes/demo/main.ts'], {
      cwd: root,
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    stopOnExit(child, () => rmSync(temporary, { recursive: true, force: true }))
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
    await until(() => /Ctrl-C/.test(output), 'what to type', 300_000)

    const [, words = ''] = /npx holdfast (simulate [\s\S]*?)\n3\./.exec(output) ?? []
    const simulating = holdfast(words.replaceAll('\\\n', ' ').trim().split(/\s+/))
    const [phone = ''] = /http:\/\/127\.0\.0\.1:\d+\/demo\//.exec(output) ?? []
    const calls = async () =>
      (await (await fetch(`${phone}messages`)).json()) as readonly { id: string; state: string }[]
    await until(async () => (await calls()).length > 0, 'the call')
    const [, killed = ''] = /kill -9 (\d+)/.exec(output) ?? []
    process.kill(Number(killed), 'SIGKILL')
    await until(() => output.includes('Node a has ended'), 'the end of node a')
    const [call] = await calls()
    const pressed = await fetch(`${phone}messages/${call?.id}/answer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ keys: '#' }),
    })
    expect(pressed.status).to.equal(200)

    const { code, stdout, stderr } = await simulating
    expect(code, stdout + stderr).to.equal(0)
    expect(stdout).to.match(/\ncarol is in after /)
    expect((await calls()).map(({ state }) => state)).to.deep.equal(['approved'])

    child.stdin.write('\n')
    await until(() => /Node a is process \d+ now/.test(output), 'node a again')
    child.kill('SIGINT')
    const [exitCode] = await once(child, 'exit')
    expect(exitCode).to.equal(0)
    expect(readdirSync(temporary)).to.deep.equal([])
  })
})
