import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { needProgram, needRoot } from '../lab/need.ts'
import { buildPackages, copyCheckout } from '../network/packages/built.ts'
import { runImage, unpackImage } from '../network/packages/image.ts'

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
})
