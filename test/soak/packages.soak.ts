import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { shellBlocks } from '../docs/steps.ts'
import { stopOnExit } from '../lab/child.ts'
import { openGateway } from '../lab/gateway.ts'
import { needFile, needProgram, needRoot } from '../lab/need.ts'
import { freePort } from '../lab/port.ts'
import { demoYaml, freeUdpPort } from '../lab/service.ts'
import { codeOf } from '../lab/service-config.ts'
import { totpNow } from '../lab/totp.ts'
import { buildPackages } from '../network/packages/built.ts'
import { type Directory, startDirectoryIn } from '../network/packages/directory.ts'
import { askAsGateway, initFromFlags, lastRestart, signIn } from '../network/packages/installed.ts'
import { bootMachine, type Machine } from '../network/packages/machine.ts'
import { asVersion } from '../network/packages/older.ts'

const older = '0.0.9'

describe('packages, the long way', function () {
  this.timeout(1_800_000)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-packages-'))
  const debOf = (architecture: string) => {
    const name = readdirSync(folder).find((each) => each.endsWith(`_${architecture}.deb`))
    return join(folder, name ?? `no .deb for ${architecture}`)
  }

  before(async function () {
    needRoot(this)
    for (const program of ['dpkg-deb', 'debootstrap', 'systemd-nspawn', 'slapd', 'radclient']) {
      needProgram(program, this)
    }
    needProgram('aarch64-linux-gnu-strip', this)
    await buildPackages(folder, ['--kind', 'deb'])
    await buildPackages(folder, ['--kind', 'tarball', '--arch', 'amd64'])
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('sign in on ARM', async function () {
    needProgram('qemu-aarch64-static', this)
    needFile('/usr/aarch64-linux-gnu/lib/libstdc++.so.6', 'libstdc++6-arm64-cross', this)
    const root = join(folder, 'arm64')
    execFileSync('dpkg-deb', ['--extract', debOf('arm64'), root])
    const place = { port: await freeUdpPort(), httpPort: await freePort() }
    const program = join(root, 'usr/lib/holdfast/package')
    const config = join(folder, 'demo.yaml')
    writeFileSync(config, demoYaml(place))
    const words = [
      '-L',
      '/usr/aarch64-linux-gnu',
      join(program, 'bin/node'),
      join(program, 'src/main.ts'),
    ]
    const child = spawn('qemu-aarch64-static', [...words, 'serve', '--config', config], {
      env: { PATH: process.env.PATH, HOME: folder, XDG_RUNTIME_DIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    stopOnExit(child, () => undefined)
    let output = ''
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (text) => {
        output += text
        if (/ready after/.test(output)) resolve()
      })
      child.once('exit', (code) => reject(new Error(`it ended with ${code}:\n${output}`)))
    })
    const gateway = await openGateway(place)
    const password = `wonderland,${codeOf('JBSWY3DPEHPK3PXP')}`
    const reply = await gateway.signIn({ user: 'alice', password, nas: 'append' }, 60_000)
    gateway.close()
    child.kill('SIGTERM')
    expect(reply?.kind).to.equal('accept')
  })

  for (const suite of ['bookworm', 'trixie'] as const) {
    describe(`on Debian ${suite}`, () => {
      let machine: Machine
      let directory: Directory
      const processId = () =>
        machine.run('systemctl show --property MainPID --value holdfast').trim()
      /** Waits until another process serves, and signs in there. */
      const comesBack = async (before: string) => {
        await machine.until(
          `now=$(systemctl show -p MainPID --value holdfast); [ "$now" != 0 ] && [ "$now" != ${before} ] && systemctl -q is-active holdfast`,
          300_000,
        )
        expect(signIn(machine, directory)).to.match(/Accepted after/)
      }

      before(async () => {
        machine = await bootMachine(suite)
        copyFileSync(debOf('amd64'), join(machine.shared, 'new.deb'))
        copyFileSync(asVersion(debOf('amd64'), older, folder), join(machine.shared, 'older.deb'))
        directory = await startDirectoryIn(machine)
      })
      after(async () => {
        directory?.stop()
        await machine?.stop()
      })

      it('the version before is installed, and lets in', () => {
        machine.run('apt-get install --yes /shared/older.deb')
        initFromFlags(machine, directory)
        machine.run('systemctl start holdfast')
        expect(signIn(machine, directory)).to.match(/Accepted after/)
        expect(machine.run('ls /usr/lib/holdfast')).to.equal(`${older}\npackage\n`)
      })

      it('it is ended by the watchdog when it hangs, and starts again', async () => {
        const before = processId()
        machine.run(`kill -STOP ${before}`)
        await comesBack(before)
      })

      it('it starts again after a crash', async () => {
        const before = processId()
        machine.run(`kill -KILL ${before}`)
        await comesBack(before)
      })

      it('an upgrade keeps the old program for as long as its process runs', () => {
        const before = processId()
        machine.run(
          "printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d",
        )
        machine.run('apt-get install --yes /shared/new.deb')
        expect(processId()).to.equal(before)
        expect(machine.run('ls /usr/lib/holdfast')).to.match(new RegExp(`^${older}$`, 'm'))
        expect(
          machine.run(`test -e /usr/lib/holdfast/${older}/src/main.ts && echo there`),
        ).to.equal('there\n')
        // Back, so that the next step is an upgrade with a restart.
        machine.run(
          'rm /usr/sbin/policy-rc.d; apt-get install --yes --allow-downgrades /shared/older.deb',
        )
        expect(machine.run('ls /usr/lib/holdfast')).to.equal(`${older}\npackage\n`)
      })

      it('an upgrade restarts it, and a question that was open before is answered after', async () => {
        const enrolled = machine.run('holdfast authenticator add alice --no-qr --json')
        const [, seed = ''] = /secret=([A-Z2-7]+)/.exec(enrolled) ?? []
        const ask = (attributes: string) =>
          askAsGateway(machine, `User-Name = alice, ${attributes}`)
        const asked = ask(`User-Password = "${directory.password}"`)
        const [, state] = /State = (0x[0-9a-f]+)/.exec(asked) ?? []
        expect(state, asked).to.not.equal(undefined)
        const config = machine.run('sha256sum /etc/holdfast/holdfast.yaml')
        const before = processId()
        const said = machine.run('rm -f /var/backups/*; apt-get install --yes /shared/new.deb')
        const log = machine.run('journalctl --unit holdfast --no-pager | tail -20')
        expect(processId(), said + log).to.not.equal(before)
        expect(ask(`User-Password = "${totpNow(seed)}", State = ${state}`)).to.match(
          /Access-Accept/,
        )
        expect(machine.run('ls /usr/lib/holdfast')).to.not.match(new RegExp(`^${older}$`, 'm'))
        expect(machine.run('sha256sum /etc/holdfast/holdfast.yaml')).to.equal(config)
        expect(machine.run('ls /var/backups')).to.match(/holdfast-before-.*\.db/)
        await machine.until('systemctl -q is-active holdfast')
        const [load] = machine.run('cat /proc/loadavg').split(' ')
        console.log(`      restart at load ${load}, in ms:`, lastRestart(machine))
      })

      it('an upgrade restarts it also while it is still starting', async () => {
        const dropIn = '/run/systemd/system/holdfast.service.d/slow.conf'
        const lines = '[Service]\\nTimeoutStartSec=infinity\\nExecStartPost=/bin/sleep infinity\\n'
        machine.run(`mkdir --parents $(dirname ${dropIn}); printf '${lines}' >${dropIn}
          systemctl daemon-reload; systemctl restart --no-block holdfast`)
        await machine.until(
          '[ "$(systemctl show --property SubState --value holdfast)" = start-post ]',
        )
        const before = processId()
        machine.run(`rm ${dropIn}`)
        machine.run('apt-get install --yes --allow-downgrades /shared/older.deb')
        expect(processId()).to.not.equal(before)
        expect(machine.run('ls /usr/lib/holdfast')).to.equal(`${older}\npackage\n`)
        expect(signIn(machine, directory)).to.match(/Accepted after/)
      })

      it('removal keeps everything but the program', () => {
        machine.run('apt-get remove --yes holdfast')
        expect(machine.run('ls /etc/holdfast')).to.match(/holdfast\.yaml/)
        expect(machine.try('ls /usr/lib/holdfast').code).to.not.equal(0)
        machine.run('apt-get install --yes /shared/new.deb')
        expect(signIn(machine, directory)).to.match(/Accepted after/)
      })

      it('the archive, as its page says, takes the place of the package and keeps everything', () => {
        const [archive = ''] = shellBlocks('docs/how-to/install.md', 'From the archive')
        const name = readdirSync(folder).find((each) => each.endsWith('-linux-amd64.tar.xz')) ?? ''
        copyFileSync(join(folder, name), join(machine.shared, name))
        // The smallest Debian has no xz.
        execFileSync('xz', ['--decompress', '--force', join(machine.shared, name)])
        machine.run('apt-get remove --yes holdfast')
        const said = machine.run(`cd /shared\n${archive.replace('.tar.xz', '.tar')}`)
        expect(said).to.include('install: nothing was changed.').and.to.include('install: done.')
        machine.run('systemctl start holdfast')
        expect(JSON.parse(machine.run('holdfast version --json'))).to.deep.include({
          package: 'tarball',
        })
        expect(signIn(machine, directory)).to.match(/Accepted after/)
      })
    })
  }
})
