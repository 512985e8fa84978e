import { expect } from 'chai'
import { load, valid } from './load-text.ts'

const web =
  'web: { people: { listen: "127.0.0.1:8443", public_url: "https://mfa.example.com", trusted_proxies: ["127.0.0.1"] } }\n'

/** Methods of the gateway in this order, with these fields. */
function methodsOf(fields: string): readonly string[] {
  const at = valid.replace('address: "192.0.2.10"', `address: 192.0.2.10, ${fields}`)
  return load(`${at}${web}`).gateways.vpn?.methods ?? []
}

describe('what people are asked for first', () => {
  for (const fields of ['flow: auto', 'flow: challenge', 'preset: fortigate']) {
    it(`the phone, whose number is shown: ${fields}`, () => {
      expect(methodsOf(fields)[0]).to.equal('push')
      expect(methodsOf(fields)).to.include('passkey')
    })
  }
  for (const fields of [
    'challenges: false',
    'flow: hold',
    'flow: append',
    'preset: pfsense',
    'preset: windows-rras',
  ]) {
    it(`a passkey, where no number can be shown: ${fields}`, () => {
      expect(methodsOf(fields).slice(0, 2)).to.deep.equal(['passkey', 'push'])
    })
  }

  it('what the file says, where it says it', () => {
    const methods = ['push', 'passkey']
    expect(methodsOf(`challenges: false, methods: [${methods}]`)).to.deep.equal(methods)
  })
})
