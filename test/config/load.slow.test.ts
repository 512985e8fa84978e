import { expect } from 'chai'
import fc from 'fast-check'
import { ConfigError, loadConfig } from '../../src/config/index.ts'
import { anyText } from '../any-text.ts'
import { load, problemsOf, valid } from './load-text.ts'

describe('a text of the configuration', () => {
  it('has no NUL, at which a gateway would stop reading', () => {
    const withNul = (settings: string) => problemsOf(`${valid}${settings}`).join()
    const wrong = [
      '  two: { address: 192.0.2.2, secret: "file:vpn", label: "VPN\\0" }\n',
      '  three: { address: 192.0.2.3, secret: "file:vpn", reply: { Class: "a\\0b" } }\n',
      'rules: [{ group: interns, deny: "Not\\0 here." }]\n',
      'texts: { en: { denied: "No\\0." } }\n',
    ]
    for (const settings of wrong) {
      expect(withNul(settings), settings).to.include('must not contain a NUL character')
    }
    expect(withNul(wrong.join('').replaceAll('\\0', ''))).to.equal('')
  })
})

describe('loading a configuration', () => {
  it('fills in every default of a small file', () => {
    const config = load(valid)
    expect(config).to.deep.include({
      insecureDemo: false,
      listen: [
        { address: '0.0.0.0', port: 1812 },
        { address: '::', port: 1812 },
      ],
      adminSocket: '/run/holdfast/admin.sock',
      store: { sqlite: '/var/lib/holdfast/holdfast.db' },
      lockout: { slowAfter: 5, slowMs: 5000, lockAfter: 10, lockMs: 900_000 },
      onStop: 'reject',
      stopTimeoutMs: 20_000,
    })
    expect(config.directories.corp).to.include({ nestedGroups: 'token-groups', cacheMs: 30_000 })
    expect(config.gateways.vpn).to.deep.include({
      name: 'vpn',
      group: 'vpn',
      label: 'vpn',
      flow: 'auto',
      patienceMs: 10_000,
      marginMs: 1000,
      messageAuthenticator: 'required',
      firstFactor: { kind: 'directories', names: ['corp'] },
      methods: ['totp', 'hotp', 'recovery'],
    })
  })

  it('has accounting only where the file says so, on port 1813 of every address', () => {
    expect(load(valid).accounting).to.equal(undefined)
    expect(load(`accounting: {}\n${valid}`).accounting).to.deep.equal({
      listen: [
        { address: '0.0.0.0', port: 1813 },
        { address: '::', port: 1813 },
      ],
      maxRecords: 2_000_000,
    })
  })

  it('reads secrets from file, environment and credentials, less the line break at the end', () => {
    const config = load(
      `${valid}
  second: { address: 192.0.2.11, secret: "env:VPN_SECRET" }
  third: { address: 192.0.2.12, secret: "credential:third" }
`,
      {
        env: { VPN_SECRET: 'from the environment' },
        files: { '/run/credentials/third': 'from systemd\r\n' },
      },
    )
    const secrets = Object.values(config.gateways).map(({ secret }) => secret.reveal())
    expect(secrets).to.deep.equal([
      'a vpn secret of some length',
      'from the environment',
      'from systemd',
    ])
    expect(JSON.stringify(config)).to.not.match(/vpn secret|from systemd|from the environment/)
  })

  it('takes paths from the folder of the file', () => {
    const config = load(valid.replace('gateways:', 'store: { sqlite: data/h.db }\ngateways:'))
    expect(config.store).to.deep.equal({ sqlite: '/etc/holdfast/data/h.db' })
  })

  it('adds the people of a users_file', () => {
    const text = valid.replace(
      'gateways:',
      '  staff: { type: local, users_file: staff.yaml, users: { bob: { password_hash: scrypt$b } } }\ngateways:',
    )
    const files = { '/etc/holdfast/staff.yaml': 'alice: { password_hash: scrypt$a }\n' }
    const { staff } = load(text, { files }).directories
    expect(staff?.type === 'local' && Object.keys(staff.users)).to.deep.equal(['bob', 'alice'])

    const twice = { '/etc/holdfast/staff.yaml': 'a: { password_hash: scrypt$a }\nbob: {}\n' }
    expect(problemsOf(text, { files: twice })).to.deep.equal([
      '/etc/holdfast/staff.yaml:2:1: bob: is in directory staff already',
    ])
    const wrong = { '/etc/holdfast/staff.yaml': 'alice: { pasword_hash: x }\n' }
    expect(problemsOf(text, { files: wrong })).to.deep.equal([
      '/etc/holdfast/staff.yaml:1:10: alice.pasword_hash: unknown key (did you mean password_hash?)',
    ])
    const clear = { '/etc/holdfast/staff.yaml': 'alice: { password: env:P }\n' }
    expect(problemsOf(text, { files: clear, env: { P: 'x' } })).to.have.length(1)
  })

  it('refuses a key that is there twice, at any depth', () => {
    const text = 'gateways:\n  vpn: { secret: a, flow: hold, secret: b }\nhttp: {}\ngateways: {}\n'
    expect(problemsOf(text)).to.deep.equal([
      'h.yaml:2:33: Map keys must be unique',
      'h.yaml:4:1: Map keys must be unique',
    ])
  })

  it('tells everything that is wrong at once, with line, column and what was meant', () => {
    const text = `default_regoin: NL
directories:
  corp:
    type: ldpa
gateways:
  vpn:
    address: 192.0.2.300
    secret: testing123
    flow: chalenge
    patience: 10
    challenges: yes
    methods: [totp, text]
`
    expect(problemsOf(text)).to.deep.equal([
      'h.yaml:1:1: default_regoin: unknown key (did you mean default_region?)',
      'h.yaml:4:5: directories.corp.type: must be one of ldap, radius, local (did you mean ldap?)',
      'h.yaml:7:5: gateways.vpn.address: must be an address or a prefix such as 10.0.0.0/8',
      'h.yaml:8:5: gateways.vpn.secret: a secret does not belong in this file: use file:PATH, env:NAME or credential:NAME',
      'h.yaml:9:5: gateways.vpn.flow: must be one of auto, hold, challenge, append, code-only (did you mean challenge?)',
      'h.yaml:10:5: gateways.vpn.patience: must be a time such as 20s, 500ms, 15m or 30d',
      'h.yaml:11:5: gateways.vpn.challenges: must be true or false',
      'h.yaml:12:21: gateways.vpn.methods.1: must be one of totp, hotp, sms, call, email, recovery, passkey, push',
    ])
  })

  it('never shows a secret that is in the wrong place', () => {
    const problems = problemsOf(valid.replace('file:vpn', 'hunter2')).join('\n')
    expect(problems).to.include('gateways.vpn.secret').and.not.include('hunter2')
  })

  it('says that a file cannot be read', () => {
    const error = failureOf(() => loadConfig('/nonexistent/h.yaml', { env: {} }))
    expect(error.code).to.equal('config-not-readable')
    expect(error.problems).to.have.length(1)
  })

  const notYaml: [string, string][] = [
    ['a: b: c', 'h.yaml:1:'],
    ['a: [1, 2', 'h.yaml:1:'],
    ['a: 1\na: 2', 'h.yaml:2:1'],
    ['---\na: 1\n---\nb: 2', 'h.yaml:3:'],
    ['a: *nothing', 'h.yaml:1:'],
    ['a: "open', 'h.yaml:1:'],
    ['\ta: 1', 'h.yaml:1:'],
    ['a: !!js/function x', 'h.yaml:1:'],
    ['? [a, b]\n: c', 'h.yaml:1:'],
    ['*a : c', 'h.yaml:1:'],
  ]
  for (const [text, start] of notYaml) {
    it(`refuses ${JSON.stringify(text)} as no YAML, with its place`, () => {
      const error = failureOf(() => load(text))
      expect(error.code).to.equal('config-not-yaml')
      expect(problemsOf(text)[0]?.slice(0, start.length)).to.equal(start)
    })
  }

  for (const text of ['', '# nothing', '42', '[]', 'null', '"text"', '{}', '__proto__: { a: 1 }']) {
    it(`refuses ${JSON.stringify(text)} as no configuration`, () => {
      expect(failureOf(() => load(text)).code).to.equal('config-invalid')
    })
  }

  it('loads a damaged file or says where it is damaged, never anything else', () => {
    const damage = fc.oneof(
      anyText({ maxLength: 8 }),
      fc.constantFrom(
        'null',
        '[]',
        '{}',
        '-1',
        '*',
        '&a',
        '<<',
        '"',
        '\n',
        '__proto__',
        '1e999',
        '? ',
      ),
    )
    const place = fc.nat(valid.length)
    fc.assert(
      fc.property(place, fc.nat(12), damage, (at, length, insert) => {
        const problems = problemsOf(valid.slice(0, at) + insert + valid.slice(at + length))
        for (const problem of problems) expect(problem).to.match(/^h\.yaml:[1-9]\d*:[1-9]\d*: \S/)
      }),
      { numRuns: 50 },
    )
  })

  it('does not blow up on a file of aliases that multiply', () => {
    const layers = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)
    const error = failureOf(() => load(`a0: &a0 x\n${layers.join('\n')}\n`))
    expect(error).to.be.instanceOf(ConfigError)
  })

  it('runs the checks that other parts bring, and places what they find', () => {
    const check = () => [{ path: ['gateways', 'vpn', 'secret'], message: 'is too blue' }]
    expect(problemsOf(valid, { checks: [check] })).to.deep.equal([
      'h.yaml:10:33: gateways.vpn.secret: is too blue',
    ])
  })
})

function failureOf(run: () => unknown): ConfigError {
  try {
    run()
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  return expect.fail('it was loaded')
}
