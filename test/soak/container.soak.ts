import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { shellBlocks } from '../docs/steps.ts'
import { needProgram, needRoot } from '../lab/need.ts'
import { startOpenLdap } from '../lab/openldap.ts'
import { buildPackages } from '../network/packages/built.ts'
import { signIn } from '../network/packages/installed.ts'
import { makePodman } from '../network/packages/podman.ts'

describe('packages, as a container', function () {
  this.timeout(1_800_000)
  const scratch = mkdtempSync(join(tmpdir(), 'holdfast-container-'))

  before(async function () {
    needRoot(this)
    for (const program of ['podman', 'runc', 'slapd', 'radclient']) needProgram(program, this)
    await buildPackages(scratch, ['--kind', 'image', '--arch', 'amd64'])
  })
  after(() => rmSync(scratch, { recursive: true, force: true }))

  it('serve by the lines of the page, with podman', async () => {
    const page = 'docs/how-to/install.md'
    const [load = '', folders = ''] = shellBlocks(page, 'As a container')
    const [lines = ''] = shellBlocks(page, 'As a container', 'console')
    const [init = '', serve = '', check = ''] = lines
      .replaceAll('/srv/holdfast', scratch)
      .split(/(?<!\\)\n/)
    const path = `${makePodman(scratch)}:${process.env.PATH}`
    const run = (line: string, input = '') =>
      execFileSync('sh', ['-e', '-c', line], {
        ...{ cwd: scratch, input, encoding: 'utf8', env: { ...process.env, PATH: path } },
      })
    const logged = async (line: RegExp) => {
      for (let tries = 0; tries < 600; tries += 1) {
        if (line.test(run('podman logs mfa 2>&1'))) return
        await sleep(100)
      }
      throw new Error(`never logged ${line}:\n${run('podman logs mfa 2>&1')}`)
    }
    const directory = await startOpenLdap()
    try {
      run(load)
      run(folders.replaceAll('/srv/holdfast', scratch))
      const etc = join(scratch, 'etc')
      writeFileSync(join(etc, 'password'), directory.password)
      writeFileSync(join(etc, 'ca.pem'), directory.ca)
      for (const name of ['password', 'ca.pem']) chownSync(join(etc, name), 65_532, 65_532)
      // What the person would type.
      const flags = `--controller ${directory.ldapsUrl} --base-dn '${directory.baseDn}' \\
        --bind-dn '${directory.bindDn}' --bind-password-file /etc/holdfast/password \\
        --ca-file /etc/holdfast/ca.pem --region NL --gateway 127.0.0.1`
      run(`${init.replace(' -it ', ' -i ')} ${flags}`)
      run(serve)
      await logged(/ready after/)
      const inside = { run: (line: string, input = '') => run(`podman exec -i mfa ${line}`, input) }
      expect(signIn(inside, directory)).to.match(/Accepted after/)
      expect(run(check)).to.not.match(/FAIL/)
      run('podman kill --signal HUP mfa')
      await logged(/configuration-reloaded/)
      run('podman stop --time 45 mfa')
      expect(run('podman logs mfa 2>&1')).to.match(/service-stopped/)
    } finally {
      run('podman rm --force --all')
    }
  })
})
