import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { ConfigError, loadConfig } from '../../src/config/index.ts'
import { load } from './load-text.ts'

const folder = join(import.meta.dirname, '../../config')
const demoText = readFileSync(join(folder, 'demo.yaml'), 'utf8')

describe('config/demo.yaml', () => {
  const config = loadConfig(join(folder, 'demo.yaml'), { env: {} })

  it('holds alice, bob, carol, dave and frank, and needs no sealing key', () => {
    const { people } = config.directories
    if (people?.type !== 'local') return expect.fail('people is no local directory')
    const passwords = Object.entries(people.users).map(([name, { password, phones }]) => [
      name,
      password?.reveal(),
      phones,
    ])
    expect(passwords).to.deep.equal([
      ['alice', 'wonderland', []],
      ['bob', 'builder', []],
      ['carol', 'singer', []],
      ['dave', 'diver', []],
      ['frank', 'freckles', []],
    ])
    expect(config.sealingKey).to.equal(undefined)
    expect(config.store).to.equal('temporary')
  })

  it('enrols an app for alice, texts for bob, calls for carol, and nothing for dave', () => {
    expect(config.demo?.enrolments).to.deep.equal([
      { directory: 'people', user: 'alice', method: 'totp', seed: 'JBSWY3DPEHPK3PXP' },
      { directory: 'people', user: 'bob', method: 'sms', phone: '+31612345678' },
      { directory: 'people', user: 'carol', method: 'call', phone: '+31687654321' },
    ])
  })

  it('has a gateway a flow, chosen by NAS-Identifier, all with one secret and 20 s patience', () => {
    const gateways = Object.values(config.gateways).filter(({ preset }) => preset === undefined)
    expect(gateways.map(({ nasIdentifier, flow }) => [nasIdentifier, flow])).to.deep.equal([
      ['hold', 'hold'],
      ['challenge', 'challenge'],
      ['append', 'append'],
      ['code-only', 'code-only'],
      ['wifi', 'auto'],
      ['*', 'auto'],
    ])
    for (const gateway of gateways) {
      expect(gateway).to.deep.include({
        address: ['127.0.0.0/8', '::1'],
        trustNasIdentifier: true,
        patienceMs: 20_000,
        learnPatience: false,
        messageAuthenticator: 'required',
      })
      expect(gateway.secret.reveal()).to.equal('testing123')
    }
    expect(config.gateways.append?.append).to.deep.equal({ delimiter: ',', words: true })
    expect(config.gateways['code-only']?.firstFactor).to.deep.equal({
      kind: 'none',
      directories: ['people'],
      promptWithoutPassword: false,
    })
  })

  it('has three products beside them, as their presets know them, which learn nothing', () => {
    const gateways = Object.values(config.gateways).filter(({ preset }) => preset !== undefined)
    const known = gateways.map(({ nasIdentifier, preset, flow, patienceMs, challenges }) => [
      nasIdentifier,
      preset,
      flow,
      patienceMs,
      challenges,
    ])
    expect(known).to.deep.equal([
      ['fortigate', 'fortigate', 'auto', 5_000, true],
      ['globalprotect', 'palo-alto', 'auto', 9_000, true],
      ['opnsense', 'opnsense', 'auto', 15_000, false],
    ])
    for (const gateway of gateways) {
      expect(gateway).to.deep.include({
        address: ['127.0.0.0/8', '::1'],
        trustNasIdentifier: true,
        learnPatience: false,
        messageAuthenticator: 'required',
      })
      expect(gateway.secret.reveal()).to.equal('testing123')
    }
  })

  it('tells gateways the group of staff, and the name of every user', () => {
    const { people } = config.directories
    if (people?.type !== 'local') return expect.fail('people is no local directory')
    const staff = Object.entries(people.users).filter(([, { groups }]) => groups.includes('staff'))
    expect(staff.map(([name]) => name)).to.deep.equal(['alice', 'bob', 'carol'])
    const others = config.replyRules.filter(({ name }) => name !== 'guests')
    expect(others.map(({ name, group, reply }) => [name, group, reply])).to.deep.equal([
      [
        'staff',
        ['staff'],
        [{ name: 'Class', value: 'OU=staff', isTemplate: false, from: 'reply' }],
      ],
      [
        'person',
        undefined,
        [{ name: 'Filter-Id', value: '{{displayName}}', isTemplate: true, from: 'reply' }],
      ],
    ])
  })

  it('has guests on Wi-Fi, with a VLAN and without a second factor', () => {
    const { people } = config.directories
    if (people?.type !== 'local') return expect.fail('people is no local directory')
    expect(people.users.frank?.groups).to.deep.equal(['guests'])
    const [guests, everybody] = config.rules
    expect(guests).to.deep.include({ gateway: ['wifi'], group: ['guests'] })
    expect(guests?.outcome).to.deep.equal({ kind: 'no-second-factor' })
    expect(everybody?.outcome).to.deep.include({ kind: 'second-factor' })
    const vlan = config.replyRules.find(({ name }) => name === 'guests')
    expect(vlan?.reply.map(({ value }) => value)).to.deep.equal([13, 6, '120'])
  })

  it('has a certificate for EAP beside its socket, where no one else writes', () => {
    const { eap } = loadConfig(join(folder, 'demo.yaml'), { env: { XDG_RUNTIME_DIR: '/run/me' } })
    expect(dirname(eap?.certFile ?? '')).to.match(/^\/run\/me\/holdfast-demo-\d+$/)
  })

  it('listens on loopback addresses only', () => {
    expect(config.listen).to.deep.equal([
      { address: '127.0.0.1', port: 1812 },
      { address: '::1', port: 1812 },
    ])
    expect(config.http).to.deep.equal({ listen: { address: '127.0.0.1', port: 8080 } })
    expect(config.web?.people).to.deep.include({
      listen: { address: '127.0.0.1', port: 8080 },
      publicUrl: 'http://localhost:8080',
    })
  })

  const open: [string, string, string][] = [
    ['accounting.listen', '"127.0.0.1:1813"', '"192.0.2.1:1813"'],
    ['listen', '"127.0.0.1:1812"', '"192.0.2.1:1812"'],
    ['listen', '"127.0.0.1:1812"', '"0.0.0.0:1812"'],
    ['listen', '"[::1]:1812"', '"[::]:1812"'],
    ['http.listen', 'http: { listen: "127.0.0.1:8080"', 'http: { listen: "0.0.0.0:8080"'],
    ['web.people.listen', 'people: { listen: "127.0.0.1:8080"', 'people: { listen: "0.0.0.0:8080"'],
    [
      'webhooks.listen',
      'store: temporary',
      'store: temporary\nwebhooks: { listen: "0.0.0.0:1", public_url: "https://a.example" }',
    ],
  ]
  for (const [path, from, to] of open) {
    it(`does not load with ${path} at ${to.slice(-60)}`, () => {
      expect(() => load(demoText.replace(from, to)))
        .to.throw(ConfigError, `${path}`)
        .with.property('message')
        .that.includes('loopback')
    })
  }

  it('does not load without insecure_demo', () => {
    expect(() => load(demoText.replace('insecure_demo: true\n', ''))).to.throw(ConfigError)
  })

  it('does not load with an enrolment of an unknown user', () => {
    expect(() => load(demoText.replace('user: bob', 'user: bobb'))).to.throw(
      'names nothing that is under users of people (did you mean bob?)',
    )
  })
})

describe('config/holdfast.yaml', () => {
  const text = readFileSync(join(folder, 'holdfast.yaml'), 'utf8')

  it('is ten lines, and loads with three credentials', () => {
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).to.have.length(
      10,
    )
    const config = load(text, {
      files: {
        '/run/credentials/bind-password': 'secret of the directory',
        '/run/credentials/vpn-secret': 'secret of the gateway',
      },
    })
    expect(config.gateways.vpn?.secret.reveal()).to.equal('secret of the gateway')
    expect(config.directories.corp).to.include({ type: 'ldap', kind: 'ad' })
  })

  it('says what to do where there are no credentials', () => {
    expect(() => loadConfig(join(folder, 'holdfast.yaml'), { env: {} })).to.throw(
      /credential vpn-secret is not given by systemd, and \S*\/credentials\/vpn-secret cannot be read: there is no such file \(ENOENT\)/,
    )
  })

  it('reads what the unit would hand over from beside it, while the unit is stopped', () => {
    const read: string[] = []
    const readFile = (path: string) => {
      read.push(path)
      return path.endsWith('.yaml') ? text : path.endsWith('key') ? 'A'.repeat(43).concat('=') : 'x'
    }
    const file = '/etc/holdfast/holdfast.yaml'
    const config = loadConfig(file, { env: {}, readFile, fileMode: () => 0o644 })
    const names = ['sealing-key', 'bind-password', 'vpn-secret']
    const beside = names.map((name) => `/etc/holdfast/credentials/${name}`)
    expect(read).to.have.members([file, ...beside])
    expect(config.exposedFiles).to.have.members(beside)
    read.length = 0
    const env = { CREDENTIALS_DIRECTORY: '/run/credentials/holdfast.service' }
    const inUnit = loadConfig(file, { env, readFile, fileMode: () => 0o644 })
    expect(read).to.not.include.members(beside)
    expect(inUnit.exposedFiles).to.deep.equal([])
  })

  it('reads what the unit hands over as a folder, after what has a line of its own', () => {
    const folder = '/run/credentials/holdfast.service'
    const files: Record<string, string> = {
      [`${folder}/c_sealing-key`]: `${'A'.repeat(43)}=`,
      [`${folder}/c_bind-password`]: 'of the folder',
      [`${folder}/bind-password`]: 'of its line',
      [`${folder}/c_vpn-secret`]: 'of the folder',
    }
    const readFile = (path: string) => {
      const found = path.endsWith('.yaml') ? text : files[path]
      if (found === undefined) throw Object.assign(new Error('no file'), { code: 'ENOENT' })
      return found
    }
    const file = '/etc/holdfast/holdfast.yaml'
    const options = { env: { CREDENTIALS_DIRECTORY: folder }, readFile, fileMode: () => 0o644 }
    const { gateways, directories } = loadConfig(file, options)
    const { corp } = directories
    if (corp?.type !== 'ldap') return expect.fail('corp is no LDAP directory')
    expect(gateways.vpn?.secret.reveal()).to.equal('of the folder')
    expect(corp.bindPassword.reveal()).to.equal('of its line')
    delete files[`${folder}/c_vpn-secret`]
    expect(() => loadConfig(file, options)).to.throw(/put vpn-secret there and restart the service/)
  })
})
