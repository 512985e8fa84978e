import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { demoFilePath, writeDemoFile } from '../../../src/cli/demo/file.ts'
import { exitCodes } from '../../../src/cli/exit-codes.ts'
import { processIo } from '../../../src/cli/io.ts'
import {
  candidateSockets,
  configFileOf,
  isInstalled,
} from '../../../src/cli/service/find-service.ts'
import { startAdminSocket } from '../../../src/ops/index.ts'
import { createFakeIo, run, temporaryFolder } from '../fake-io.ts'

describe('finding the service', () => {
  const folder = temporaryFolder()
  const runtime = join(folder, 'run')
  const env = { XDG_RUNTIME_DIR: runtime }
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const installed = file('installed.yaml', 'admin_socket: installed.sock\n')
  const ioWith = (usualConfig?: string) => createFakeIo(env, undefined, usualConfig).io

  before(() => mkdirSync(runtime))

  it('looks for an installation and its socket where they usually are', () => {
    const { usualConfig, usualSocket } = processIo(new AbortController().signal)
    expect([usualConfig, usualSocket]).to.deep.equal([
      '/etc/holdfast/holdfast.yaml',
      '/run/holdfast/admin.sock',
    ])
  })

  it('takes --socket, then that of --config', () => {
    const config = file(
      'holdfast.yaml',
      'admin_socket: run/admin.sock\nsealing_key: credential:x\n',
    )
    const io = ioWith(installed)
    expect(candidateSockets({ socket: '/a.sock', config }, io)).to.deep.equal(['/a.sock'])
    expect(candidateSockets({ config }, io)).to.deep.equal([join(folder, 'run/admin.sock')])
  })

  it('says which configuration cannot be read', () => {
    const io = ioWith()
    const broken = file('broken.yaml', 'a: [')
    expect(() => candidateSockets({ config: broken }, io)).to.throw(broken)
    expect(() => candidateSockets({ config: '/nowhere.yaml' }, io)).to.throw(
      '/nowhere.yaml cannot be read: there is no such file (ENOENT).',
    )
    file('broken.yaml', 'just text')
    expect(() => candidateSockets({ config: broken }, io)).to.throw('is not a configuration')
  })

  it('quotes nothing of a broken configuration, where secrets may be', () => {
    const broken = file('secret.yaml', 'bind_password: hunter2: x\n')
    expect(() => candidateSockets({ config: broken }, ioWith()))
      .to.throw(broken)
      .with.property('message')
      .that.does.not.include('hunter2')
  })

  describe('beside a demo (RULES 40)', () => {
    before(() =>
      writeDemoFile(demoFilePath(env, process.getuid?.() ?? 0), {
        pid: 1,
        socket: '/demo.sock',
        radius: { address: '127.0.0.1', port: 1812 },
        config: '/etc/demo.yaml',
        gatewaySecret: 'testing123',
      }),
    )

    it('finds the demo only where nothing is installed or named', () => {
      const io = ioWith()
      expect(candidateSockets({}, io)).to.deep.equal([io.usualSocket, '/demo.sock'])
      expect(configFileOf({}, io)).to.equal(undefined)
      expect(candidateSockets({}, ioWith(installed))).to.deep.equal([
        join(folder, 'installed.sock'),
      ])
      expect(configFileOf({}, ioWith(installed))).to.equal(installed)
      expect(configFileOf({ socket: '/demo.sock' }, ioWith(installed))).to.equal(undefined)
    })

    it('takes the usual socket where the installed configuration is broken or out of reach', () => {
      const broken = ioWith(file('broken-installed.yaml', 'a: ['))
      expect(candidateSockets({}, broken)).to.deep.equal([broken.usualSocket])
      const usual = ioWith(file('usual.yaml', 'listen: []\n'))
      expect(candidateSockets({}, usual)).to.deep.equal([usual.usualSocket])
    })

    it('takes one that this user may not see for an installation', () => {
      symlinkSync('loop', join(folder, 'loop'))
      expect(isInstalled(ioWith(join(folder, 'loop/holdfast.yaml'))), 'ELOOP').to.equal(true)
      symlinkSync('/nowhere', join(folder, 'dangling.yaml'))
      expect(isInstalled(ioWith(join(folder, 'dangling.yaml'))), 'a dead link').to.equal(true)
      expect(isInstalled(ioWith(join(installed, 'x'))), 'ENOTDIR').to.equal(false)
      expect(isInstalled(ioWith()), 'ENOENT').to.equal(false)
    })
  })
})

describe('a service that runs another configuration than the one named', () => {
  const folder = temporaryFolder()
  const config = join(folder, 'mine.yaml')
  const socket = join(folder, 'admin.sock')

  it('is said, and not made to reload', async () => {
    writeFileSync(config, `admin_socket: ${socket}\n`)
    let reloads = 0
    let configFile = '/etc/other.yaml'
    const service = await startAdminSocket({
      path: socket,
      operations: {
        status: async () => ({ configFile, storeFile: '/x/holdfast.db', installationId: 'x' }),
        'user.list': async () => [],
        reload: async () => {
          reloads += 1
          return {}
        },
      },
      onInternalError: () => undefined,
    })
    try {
      const listed = await run(['user', 'list', '--config', config])
      expect(listed.stderr).to.equal(
        `The service at ${socket} runs /etc/other.yaml, not ${config}.\n`,
      )
      const refused = await run(['reload', '--config', config])
      expect(refused.code).to.equal(exitCodes['service-not-running'])
      expect(refused.stderr).to.include('Nothing was reloaded: the service runs /etc/other.yaml')
      expect(reloads).to.equal(0)
      const named = await run(['reload', '--socket', socket])
      expect(named.stdout).to.equal('The service has read /etc/other.yaml.\n')
      expect(named.stderr).to.equal('')
      symlinkSync(config, join(folder, 'link.yaml'))
      configFile = join(folder, 'link.yaml')
      const same = await run(['reload', '--config', config])
      expect(same.code, same.stderr).to.equal(exitCodes.ok)
      expect(reloads).to.equal(2)
    } finally {
      await service.close()
    }
  })
})

describe('a configuration that cannot be used while no service runs', () => {
  const folder = temporaryFolder()

  it('is refused, and the command says that no service runs', async () => {
    const config = join(folder, 'unreadable.yaml')
    writeFileSync(config, 'sealing_key: file:missing\nadmin_socket: none.sock\n')
    const { code, stderr } = await run(['user', 'show', 'alice', '--config', config])
    expect(code).to.equal(exitCodes.configuration)
    expect(stderr).to.match(/^No service is running, so this command needs the configuration/)
    expect(stderr).to.include('missing cannot be read')
  })
})

describe('a socket that is named and where no service listens', () => {
  const folder = temporaryFolder()
  const nowhere = ['--socket', join(folder, 'none.sock')]

  for (const argv of [
    ['user', 'list'],
    ['authenticator', 'add', 'alice'],
    ['reload'],
    ['support', join(folder, 'bundle.json')],
    ['user', 'add', 'zoe'],
    ['user', 'seal', 'alice', '--directory', 'people'],
  ]) {
    it(`is not replaced by the installation in ${argv.slice(0, 2).join(' ')}`, async () => {
      const usualConfig = join(folder, 'installed.yaml')
      writeFileSync(usualConfig, 'directories: { people: { type: local, users_file: u.yaml } }\n')
      const { code, stderr } = await run([...argv, ...nowhere], { usualConfig, input: 'secret\n' })
      expect(code, stderr).to.equal(exitCodes['service-not-running'])
      expect(stderr).to.include('none.sock')
    })
  }
})
