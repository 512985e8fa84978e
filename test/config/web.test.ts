import { expect } from 'chai'
import { identifyConfig } from '../../src/config/identity.ts'
import { findIdleSettings, findUnsafeSettings } from '../../src/config/index.ts'
import { needsRestart } from '../../src/config/needs-restart.ts'
import { load, problemsOf, valid } from './load-text.ts'

/** A file with a portal behind a proxy on this machine. */
function portal({
  people = {},
  web = '',
  more = '',
}: {
  people?: Record<string, string>
  web?: string
  more?: string
} = {}): string {
  const fields = {
    listen: '"127.0.0.1:8443"',
    public_url: 'https://mfa.example.com',
    trusted_proxies: '["127.0.0.1"]',
    ...people,
  }
  const text = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  return `${valid}web: { helpdesk: extension 4400, ${web} people: { ${text.join(', ')} } }\n${more}`
}
const certificate = 'certificate: { cert_file: web.pem, key_file: web-key.pem },'

describe('web in the configuration', () => {
  it('opens no port where it is absent', () => {
    expect(load(valid).web).to.equal(undefined)
    expect(load(`${valid}web: {}\n`).web?.people).to.equal(undefined)
  })

  it('keeps the address of browsers as an origin', () => {
    for (const written of ['https://MFA.example.com', 'https://mfa.example.com:443/']) {
      const { web } = load(portal({ people: { public_url: written } }))
      expect(web?.people?.publicUrl).to.equal('https://mfa.example.com')
    }
  })

  for (const [what, text, problem] of [
    ['no public_url', portal().replace('public_url: https://mfa.example.com, ', ''), 'public_url'],
    ['HTTP', portal({ people: { public_url: 'http://mfa.example.com' } }), 'must begin with https'],
    [
      'HTTP on localhost outside the demo',
      portal({ people: { public_url: 'http://localhost:8080' } }),
      'must begin with https',
    ],
    [
      'HTTP beside a certificate',
      portal({ web: certificate, people: { public_url: 'http://mfa.example.com' } }),
      'web.certificate is set',
    ],
    [
      'a path, which no cookie is bound to',
      portal({ people: { public_url: 'https://example.com/mfa' } }),
      'nothing behind it',
    ],
    [
      'a user name',
      portal({ people: { public_url: 'https://mfa@example.com' } }),
      'nothing behind it',
    ],
    ['a query', portal({ people: { public_url: 'https://example.com/?' } }), 'nothing behind it'],
    ['no address', portal({ people: { public_url: 'mfa.example.com' } }), 'must be an address'],
    [
      'proxies of every address',
      portal({ people: { trusted_proxies: '["0.0.0.0/0"]' } }),
      'would believe every sender',
    ],
    ['true as proxies', portal({ people: { trusted_proxies: 'true' } }), 'trusted_proxies'],
    [
      'a name as proxy',
      portal({ people: { trusted_proxies: '[proxy.example.com]' } }),
      'trusted_proxies',
    ],
    ['a certificate without a key', portal({ web: 'certificate: { cert_file: a },' }), 'key_file'],
    [
      'the port of health',
      portal({ more: 'http: { listen: "127.0.0.1:8443" }\n' }),
      'health is not for people',
    ],
    [
      'the port of health by a wildcard',
      portal({
        people: { listen: '"0.0.0.0:8443"' },
        more: 'http: { listen: "127.0.0.1:8443" }\n',
      }),
      'health is not for people',
    ],
    [
      'the port of webhooks',
      portal({
        more: 'webhooks: { listen: "127.0.0.1:8443", public_url: "https://t.example.com" }\n',
      }),
      'webhooks.listen',
    ],
    [
      'a logo that is no picture',
      portal({ web: 'company: { logo: logo.html },' }),
      'must be a file that ends in .svg, .png, .webp',
    ],
    [
      'a gateway that is called like the portal',
      portal().replace('  vpn: {', '  portal: {'),
      'give the gateway another one',
    ],
    [
      'a gateway that is called like its confirmations',
      portal().replace('  vpn: {', '  portal-confirm: {'),
      'give the gateway another one',
    ],
    [
      'a colour that is a style sheet',
      portal({ web: 'company: { colour: "red;}" },' }),
      'must be a colour',
    ],
  ] as const) {
    it(`is refused with ${what}`, () => {
      const problems = problemsOf(text)
      expect(problems).to.have.length(1)
      expect(problems[0]).to.include(problem)
    })
  }

  it('leaves the names of gateways alone where there is no portal', () => {
    expect(problemsOf(valid.replace('  vpn: {', '  portal: {'))).to.deep.equal([])
  })

  it('may share a port and use HTTP on localhost in the demo alone', () => {
    const demo = `insecure_demo: true
store: temporary
http: { listen: "127.0.0.1:8080" }
listen: ["127.0.0.1:1812"]
directories: { people: { type: local, users: {} } }
gateways: { vpn: { address: 127.0.0.1, secret: testing123 } }
web: { people: { listen: "127.0.0.1:8080", public_url: "http://localhost:8080" } }
`
    expect(problemsOf(demo)).to.deep.equal([])
    const wide = demo.replace('people: { listen: "127.0.0.1', 'people: { listen: "0.0.0.0')
    expect(problemsOf(wide).join()).to.include('must be a loopback address')
    const byAddress = demo.replace('http://localhost', 'http://127.0.0.1')
    expect(problemsOf(byAddress).join()).to.include('http://localhost')
  })

  it('answers providers where webhooks are absent', () => {
    const calls = `delivery: { t: { type: twilio, account_sid: "AC${'0'.repeat(32)}", auth_token: "file:vpn", from: "+31201234567" } }
methods: { call: { via: t } }
`
    expect(problemsOf(`${valid}${calls}`).join()).to.include('calls need webhooks')
    expect(problemsOf(portal({ more: calls }))).to.deep.equal([])
  })

  describe('warns', () => {
    const unsafe = (text: string) => findUnsafeSettings(load(text)).map(({ setting }) => setting)

    it('of nothing in a sound file', () => {
      expect(unsafe(portal())).to.deep.equal([])
      expect(
        unsafe(portal({ web: certificate, people: { listen: '"0.0.0.0:443"' } })),
      ).to.deep.equal([])
    })

    for (const [what, text, setting] of [
      [
        'of a proxy that is not named',
        portal({ people: { trusted_proxies: '[]' } }),
        'web.people.trusted_proxies',
      ],
      [
        'of plain HTTP over the network',
        portal({ people: { listen: '"0.0.0.0:8443"' } }),
        'web.people.listen',
      ],
      [
        'of an address, which no passkey is for',
        portal({ people: { public_url: 'https://192.0.2.7' } }),
        'web.people.public_url',
      ],
      [
        'of an IPv6 address',
        portal({ people: { public_url: '"https://[2001:db8::7]"' } }),
        'web.people.public_url',
      ],
      [
        'of a name without a domain',
        portal({ people: { public_url: 'https://mfa' } }),
        'web.people.public_url',
      ],
      ['of no helpdesk', portal().replace('helpdesk: extension 4400, ', ''), 'web.helpdesk'],
    ] as const) {
      it(what, () => expect(unsafe(text)).to.deep.equal([setting]))
    }

    it('of settings that open no port', () => {
      const idle = findIdleSettings(load(`${valid}web: { helpdesk: extension 4400 }\n`))
      expect(idle.map(({ setting }) => setting)).to.deep.equal(['web'])
    })
  })

  describe('after a reload', () => {
    it('needs a restart for what is bound to the port', () => {
      const other = portal({ people: { public_url: 'https://other.example.com' } })
      expect(needsRestart(load(portal()), load(other))).to.deep.equal(['web.people'])
      const secured = portal({ web: certificate })
      expect(needsRestart(load(portal()), load(secured))).to.deep.equal(['web.certificate'])
      expect(needsRestart(load(valid), load(portal()))).to.deep.equal(['web.people'])
    })

    it('needs none for how it looks', () => {
      const other = portal({ web: 'company: { name: Example },' })
      expect(needsRestart(load(portal()), load(other))).to.deep.equal([])
      expect(identifyConfig(load(other))).not.to.deep.equal(identifyConfig(load(portal())))
    })
  })
})
