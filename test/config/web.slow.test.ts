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
    for (const written of [
      'https://MFA.example.com',
      'https://mfa.example.com:443/',
      'https://mfa.example.com.',
    ]) {
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

  describe('with console and API', () => {
    const consoleUrl = 'public_url: https://admin.example.com'
    const apiUrl = 'public_url: https://api.example.com'

    it('keeps them on the loopback address, each on a port of its own', () => {
      const { web } = load(`${valid}web: { console: { ${consoleUrl} }, api: { ${apiUrl} } }\n`)
      expect(web?.console?.listen).to.deep.equal({ address: '127.0.0.1', port: 8444 })
      expect(web?.api?.listen).to.deep.equal({ address: '127.0.0.1', port: 8445 })
      expect(web?.people).to.equal(undefined)
    })

    it('allows three host names, and three ports of one', () => {
      const both = `console: { ${consoleUrl} }, api: { ${apiUrl} },`
      expect(problemsOf(portal({ web: both }))).to.deep.equal([])
      const oneHost = portal({
        web: 'console: { public_url: "https://mfa.example.com:8444" }, api: { public_url: "https://mfa.example.com:8445" },',
      })
      expect(problemsOf(oneHost)).to.deep.equal([])
    })

    it('needs to know the address of each', () => {
      for (const name of ['console', 'api']) {
        expect(problemsOf(`${valid}web: { ${name}: {} }\n`).join()).to.include('public_url')
      }
    })

    for (const written of [
      'https://mfa.example.com',
      'https://mfa.example.com:443',
      'https://MFA.Example.COM/',
      'https://mfa.example.com.',
      'https://MFA.example.com.:443',
    ]) {
      for (const name of ['console', 'api']) {
        it(`refuses ${written} for ${name}, which is that of people`, () => {
          const problems = problemsOf(portal({ web: `${name}: { public_url: "${written}" },` }))
          expect(problems).to.have.length(1)
          expect(problems[0]).to.include('is the address of web.people')
        })
      }
    }

    it('refuses one address for console and API', () => {
      const same = `console: { ${consoleUrl} }, api: { public_url: "https://ADMIN.example.com.:443" }`
      const problems = problemsOf(`${valid}web: { ${same} }\n`).join()
      expect(problems).to.include('web.api.public_url').and.include('is the address of web.console')
    })

    it('refuses the address of webhooks', () => {
      const text = `${valid}webhooks: { listen: "127.0.0.1:1", public_url: ["https://calls.example.com", "https://admin.example.com/t"] }\nweb: { console: { ${consoleUrl} } }\n`
      expect(problemsOf(text).join()).to.include('is the address of webhooks')
    })

    for (const [what, listen] of [
      ['the port of people', '127.0.0.1:8443'],
      ['the port of people by a wildcard', '0.0.0.0:8443'],
      ['the port of people by a wildcard of both families', '[::]:8443'],
    ] as const) {
      for (const [name, url] of [
        ['console', consoleUrl],
        ['api', apiUrl],
      ] as const) {
        it(`refuses ${what} for ${name}`, () => {
          const problems = problemsOf(portal({ web: `${name}: { listen: "${listen}", ${url} },` }))
          expect(problems).to.have.length(1)
          expect(problems[0]).to.include('web.people.listen too')
        })
      }
    }

    it('refuses one port for console and API, also the default one', () => {
      const text = `${valid}web: { console: { ${consoleUrl} }, api: { listen: "127.0.0.1:8444", ${apiUrl} } }\n`
      expect(problemsOf(text).join()).to.include('web.console.listen too')
    })

    it('refuses the ports of health and webhooks', () => {
      const surfaces = `web: { console: { ${consoleUrl} } }\n`
      const health = `${valid}http: { listen: "127.0.0.1:8444" }\n${surfaces}`
      expect(problemsOf(health).join()).to.include('health is not for the console')
      const webhooks = `${valid}webhooks: { listen: "0.0.0.0:8444", public_url: "https://t.example.com" }\n${surfaces}`
      expect(problemsOf(webhooks).join()).to.include('webhooks.listen too')
    })

    it('refuses HTTP and proxies of every address there as well', () => {
      const plain = `${valid}web: { api: { public_url: "http://api.example.com" } }\n`
      expect(problemsOf(plain).join()).to.include('must begin with https')
      const all = `${valid}web: { api: { ${apiUrl}, trusted_proxies: ["::/0"] } }\n`
      expect(problemsOf(all).join()).to.include('would believe every sender')
    })

    it('needs a restart for each of them', () => {
      const both = `${valid}web: { console: { ${consoleUrl} }, api: { ${apiUrl} } }\n`
      expect(needsRestart(load(valid), load(both))).to.deep.equal(['web.console', 'web.api'])
    })

    it('has no unsafe file, and no idle one', () => {
      const proxies = 'trusted_proxies: ["127.0.0.1"]'
      const both = load(
        portal({ web: `console: { ${consoleUrl}, ${proxies} }, api: { ${apiUrl}, ${proxies} },` }),
      )
      expect(findUnsafeSettings(both)).to.deep.equal([])
      expect(findIdleSettings(both)).to.deep.equal([])
    })

    it('is warned of one host for two surfaces, of missing proxies and of plain HTTP over the network', () => {
      const warned = (surface: string) =>
        findUnsafeSettings(load(portal({ web: `console: { ${surface} },` }))).map(
          ({ setting }) => setting,
        )
      const proxies = 'trusted_proxies: ["127.0.0.1"]'
      expect(warned(`public_url: "https://mfa.example.com:8444", ${proxies}`)).to.deep.equal([
        'web.console.public_url',
      ])
      expect(warned(consoleUrl)).to.deep.equal(['web.console.trusted_proxies'])
      expect(warned(`${consoleUrl}, ${proxies}, listen: "0.0.0.0:8444"`)).to.deep.equal([
        'web.console.listen',
      ])
    })
  })

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
    const withConsole = (listen: string) =>
      demo.replace(
        'web: {',
        `web: { console: { listen: "${listen}", public_url: "http://localhost:8081" },`,
      )
    expect(problemsOf(withConsole('127.0.0.1:8081'))).to.deep.equal([])
    expect(problemsOf(withConsole('0.0.0.0:8081')).join()).to.include('must be a loopback address')
    // Only people are where health and the demo phone are.
    expect(problemsOf(withConsole('127.0.0.1:8080')).join()).to.include('listen too')
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
