import { expect } from 'chai'
import { pushContact } from '../../src/config/index.ts'
import { load, problemsOf, valid } from './load-text.ts'

const portal = `${valid}web: { helpdesk: extension 4400, people: { listen: "127.0.0.1:8443", public_url: https://mfa.example.com, trusted_proxies: ["127.0.0.1"] } }\n`
const withPush = (settings: string) => `${portal}methods: { push: { ${settings} } }\n`
const withService = (service: string) => withPush(`services: [${service}]`)

describe('notifications in the configuration', () => {
  it('tell push services the address of the portal, or the mail address of the file', () => {
    expect(pushContact(load(portal))).to.equal('https://mfa.example.com')
    expect(pushContact(load(withPush('contact: mfa@example.com')))).to.equal(
      'mailto:mfa@example.com',
    )
  })

  it('are off without a portal, where the file says so, and where no one outside knows the address', () => {
    expect(pushContact(load(valid))).to.equal(undefined)
    expect(pushContact(load(withPush('notifications: off')))).to.equal(undefined)
    for (const host of ['localhost', 'mfa.localhost', '10.0.0.5']) {
      const { methods, web } = load(portal)
      if (web?.people === undefined) return expect.fail()
      const people = { ...web.people, publicUrl: `https://${host}` }
      expect(pushContact({ methods, web: { ...web, people } })).to.equal(undefined)
    }
  })

  it('may go to services of your own: by name alone, or with port and addresses', () => {
    const { methods } = load(
      withService(
        'push.example.com, { host: "*.push.corp.example", port: 8443, addresses: [10.0.0.0/8] }',
      ),
    )
    expect(methods.push.services).to.deep.equal([
      { host: 'push.example.com', port: 443, addresses: [] },
      { host: '*.push.corp.example', port: 8443, addresses: ['10.0.0.0/8'] },
    ])
  })

  for (const service of [
    ...['10.0.0.5', '"::1"', '"*"', '"*.com."', '"https://push.example.com"', 'Push.example.com'],
    ...['push.example.com/x', '"push.example.com:443"', '{ host: "*.*.example.com" }', '{}', '5'],
  ]) {
    it(`take no ${service} for a service`, () => {
      expect(problemsOf(withService(service)).join('\n')).to.include('methods.push.services.0')
    })
  }

  it('go through a proxy that has no name and no password in the file', () => {
    const proxy = (url: string) => `${valid}outgoing: { proxy: "${url}" }\n`
    expect(load(proxy('http://proxy.example.com:3128')).outgoing.proxy).to.equal(
      'http://proxy.example.com:3128',
    )
    for (const url of [
      'socks5://proxy.example.com',
      'http://alice:secret@proxy.example.com',
      'x',
    ]) {
      expect(problemsOf(proxy(url)).join('\n')).to.include('outgoing.proxy')
    }
  })
})
