import { expect } from 'chai'
import { dictionaryOf } from '../../src/compose/dictionary.ts'
import { groupsInRules } from '../../src/compose/named-in-rules.ts'
import { checkPassed, findUnsafeSettings } from '../../src/config/index.ts'
import { passedPaths, passRefusal } from '../../src/directory/upstream/passed-attributes.ts'
import { load, problemsOf, valid } from './load-text.ts'

const checks = [checkPassed((files) => passRefusal(dictionaryOf(files)))]
const server = '{ address: "192.0.2.5:1812", secret: "file:vpn" }'
const withUpstream = (fields: string, name = 'nps') =>
  valid.replace('gateways:', `  ${name}: { type: radius, ${fields} }\ngateways:`)
const problems = (fields: string) => problemsOf(withUpstream(fields), { checks })

describe('other RADIUS servers in the configuration', () => {
  it('need little, and are asked with care by default', () => {
    const { nps } = load(withUpstream(`servers: [${server}]`)).directories
    const { servers, ...settings } = nps?.type === 'radius' ? nps : { servers: [] }
    expect(servers[0]?.address).to.deep.equal({ address: '192.0.2.5', port: 1812 })
    expect(servers[0]?.messageAuthenticator).to.equal('required')
    expect(settings).to.deep.equal({
      ...{ type: 'radius', timeoutMs: 2_000, tries: 2, probe: 'status-server' },
      ...{ probeUser: 'holdfast-probe', inFlight: 1_024, queue: 500 },
      ...{ domains: [], pass: [], showMessages: false },
    })
  })

  const fine = [
    'users_from: corp',
    'domains: [CORP, corp.example.com]',
    'pass: [Class, filter-id, Cisco-AVPair, Session-Timeout, User-Name, Framed-IP-Address]',
    'probe: user, probe_user: nobody-here',
    'probe: none, tries: 1, timeout: 30s, show_messages: true',
  ]
  for (const fields of fine) {
    it(`may say ${fields}`, () => {
      expect(problems(`servers: [${server}], ${fields}`)).to.deep.equal([])
    })
  }

  const wrong: readonly (readonly [fields: string, problem: string])[] = [
    ['servers: []', 'directories.nps.servers'],
    ['servers: [{ address: nps.example.com, secret: "file:vpn" }]', 'an address and a port'],
    ['servers: [{ address: "192.0.2.5:1812" }]', 'directories.nps.servers.0.secret'],
    ['servers: [{ address: "127.0.0.1:1812", secret: "file:vpn" }]', 'this service itself listens'],
    [`servers: [${server}, ${server}]`, 'servers.1.address: is there already'],
    [`servers: [${server}], users_from: crop`, 'names nothing that is under directories'],
    [`servers: [${server}], users_from: nps`, 'nps finds no users itself'],
    [`servers: [${server}], users_from: corp, domains: [a]`, 'has no effect: corp knows the names'],
    [`servers: [${server}], pass: [Clas]`, 'no dictionary knows the attribute Clas'],
    [`servers: [${server}], pass: [State]`, 'State is made by Holdfast itself'],
    [`servers: [${server}], pass: [Reply-Message]`, 'Reply-Message is made by Holdfast itself'],
    [`servers: [${server}], pass: [Tunnel-Password]`, 'Tunnel-Password is encrypted'],
    [`servers: [${server}], pass: [MS-MPPE-Send-Key]`, 'MS-MPPE-Send-Key is encrypted'],
    [`servers: [${server}], pass: [Vendor-Specific]`, 'cannot be passed on'],
    [`servers: [${server}], tries: 0`, 'directories.nps.tries'],
  ]
  for (const [fields, problem] of wrong) {
    it(`may not say ${fields}`, () => {
      const found = problems(fields)
      expect(found).to.have.lengthOf(1)
      expect(found[0]).to.include(problem)
    })
  }

  it('say with their dictionaries what is wrong with those', () => {
    const text = `${withUpstream(`servers: [${server}], pass: [Class]`)}dictionaries: [/nowhere]\n`
    expect(problemsOf(text, { checks })[0]).to.include('dictionaries').and.include('nowhere')
  })

  it('may carry EAP on, with no certificate here, where all that is asked is RADIUS', () => {
    const gateway = (eap: string, firstFactor: string) =>
      problemsOf(
        withUpstream(`servers: [${server}]`).replace(
          'secret: "file:vpn" }\n',
          `secret: "file:vpn", first_factor: ${firstFactor}, eap: ${eap} }\n`,
        ),
        { checks },
      )
    expect(gateway('{ pass_on: true }', 'nps')).to.deep.equal([])
    for (const firstFactor of ['corp', '[nps, corp]']) {
      const [problem] = gateway('{ pass_on: true }', firstFactor)
      expect(problem).to.include('must be directories of type radius alone')
    }
    expect(gateway('{ methods: ttls }', 'nps')[0]).to.include('needs a certificate')
  })

  it('are named where their replies may be forged or their secret guessed', () => {
    const text = withUpstream(
      'servers: [{ address: "192.0.2.5:1812", secret: "file:short", message_authenticator: optional }]',
    )
    const files = { '/etc/holdfast/short': 'fifteen letters' }
    const settings = findUnsafeSettings(load(text, { files })).map(({ setting }) => setting)
    expect(settings).to.deep.equal([
      'directories.nps.servers.0.message_authenticator',
      'directories.nps.servers.0.secret',
    ])
  })

  it('let another directory look for the groups of their people', () => {
    const text = withUpstream(`servers: [${server}], users_from: corp`).replace(
      'secret: "file:vpn" }\n',
      'secret: "file:vpn", first_factor: nps, require_groups: [VPN-Users] }\n',
    )
    expect(groupsInRules(load(text), 'corp')).to.deep.equal(['VPN-Users'])
  })

  it('pass on attributes by their place on the wire', () => {
    const paths = passedPaths(['class', 'Cisco-AVPair'], dictionaryOf([]))
    expect([...paths]).to.deep.equal(['25', '26.9.1'])
  })
})
