import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { shellBlocks } from '../docs/steps.ts'
import { needProgram, needRoot } from '../lab/need.ts'
import { startOpenLdap } from '../lab/openldap.ts'
import { buildPackages, copyCheckout } from '../network/packages/built.ts'
import { runImage, unpackImage } from '../network/packages/image.ts'
import { signIn } from '../network/packages/installed.ts'
import { makePodman } from '../network/packages/podman.ts'

describe('files of packages', function () {
  this.timeout(1_800_000)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-packages-'))
  const [first, second] = [join(folder, 'first'), join(folder, 'second')]
  const found = (pattern: RegExp) =>
    join(first, readdirSync(first).find((name) => pattern.test(name)) ?? `nothing like ${pattern}`)

  before(async function () {
    needRoot(this)
    for (const program of ['dpkg-deb', 'xz', 'readelf', 'aarch64-linux-gnu-strip']) {
      needProgram(program, this)
    }
    await buildPackages(first, [])
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('are the same bytes, wherever the checkout is and whatever the umask of who builds', async () => {
    const checkout = join(folder, 'checkout')
    copyCheckout(checkout)
    await buildPackages(second, [], { umask: '077', checkout })
    const hashes = (of: string) =>
      readdirSync(of).map((name) => {
        const content = readFileSync(join(of, name))
        return [name, createHash('sha256').update(content).digest('hex')]
      })
    const kinds = ['_amd64.deb', '_arm64.deb', '-linux-amd64.tar.xz', '-linux-arm64.tar.xz']
    for (const kind of [...kinds, '-oci-amd64.tar', '-oci-arm64.tar']) {
      expect(readdirSync(first).filter((name) => name.endsWith(kind))).to.have.length(1)
    }
    expect(hashes(second)).to.deep.equal(hashes(first))
  })

  it('have nothing that lintian complains about', function () {
    needProgram('lintian', this)
    for (const architecture of ['amd64', 'arm64']) {
      const deb = found(new RegExp(`_${architecture}\\.deb$`))
      const words = ['--fail-on', 'error,warning', '--allow-root', deb]
      const { status, stdout, stderr } = spawnSync('lintian', words, { encoding: 'utf8' })
      expect(status, stdout + stderr).to.equal(0)
      expect(stdout).to.equal('')
    }
  })

  it('have an image that runs as a user of its own, on a root that cannot be written', () => {
    const scratch = join(folder, 'image')
    const config = unpackImage(found(/-oci-amd64/), scratch)
    expect(config.User).to.equal('65532:65532')
    const version = runImage(scratch, config, ['version', '--json'])
    expect(JSON.parse(version.stdout), version.stderr).to.include({ package: 'container' })
    const password = join(scratch, 'etc/password')
    writeFileSync(password, 'secret of the account')
    chownSync(password, 65_532, 65_532)
    const words = ['init', '--offline', '--controller', 'ldaps://dc1.corp.example', '--base-dn']
    const more = ['DC=corp,DC=example', '--bind-dn', 'holdfast@corp.example', '--region', 'NL']
    const files = ['--gateway', '192.0.2.10', '--bind-password-file', '/etc/holdfast/password']
    const init = runImage(scratch, config, [...words, ...more, ...files])
    expect(init.code, init.stderr).to.equal(0)
    expect(readdirSync(join(scratch, 'etc'))).to.include('holdfast.yaml')
    expect(readdirSync(join(scratch, 'store'))).to.include('holdfast.db')
    expect(runImage(scratch, config, ['user', 'list']).code).to.equal(0)
  })

  it('have an image that serves by the lines of its page', async function () {
    for (const program of ['podman', 'slapd', 'radclient']) needProgram(program, this)
    const scratch = mkdtempSync(join(tmpdir(), 'holdfast-podman-'))
    const page = 'docs/how-to/install.md'
    const [load = '', folders = ''] = shellBlocks(page, 'As a container')
    const [lines = ''] = shellBlocks(page, 'As a container', 'console')
    const [init = '', serve = '', check = ''] = lines
      .replaceAll('/srv/holdfast', scratch)
      .split(/(?<!\\)\n/)
    const path = `${makePodman(scratch)}:${process.env.PATH}`
    const run = (line: string, input = '') =>
      execFileSync('sh', ['-e', '-c', line], {
        ...{ cwd: first, input, encoding: 'utf8', env: { ...process.env, PATH: path } },
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
      run('podman rm --force --all; podman rmi --force --all')
      rmSync(scratch, { recursive: true, force: true })
    }
  })
})
