import { join } from 'node:path'
import { expect } from 'chai'
import { demoLines } from '../../../src/cli/demo/lines.ts'
import { loadConfig } from '../../../src/config/index.ts'
import { load } from '../../config/load-text.ts'

const shipped = join(import.meta.dirname, '../../../config/demo.yaml')
const radius = { address: '::1', port: 11812 }

/** A demo with one person, one gateway of this flow, and what else is given. */
const small = (password: string, gateway: string) =>
  load(`insecure_demo: true
default_region: NL
listen: ["[::1]:0"]
directories: { people: { type: local, users: { eve: { password: ${password} } } } }
gateways: { vpn: { address: "::1", secret: testing123, ${gateway} } }
demo: { enrolments: [{ directory: people, user: eve, method: totp, seed: JBSWY3DPEHPK3PXP }] }
`)

describe('what a demo says about itself', () => {
  it('is short, names the addresses it has, and signs every radclient line', () => {
    const http = { address: '127.0.0.1', port: 18080 }
    const config = loadConfig(shipped, { env: {} })
    const lines = demoLines({ config, radius, http }, 'npx holdfast')
    expect(lines).to.have.length.within(8, 18)
    const [wifi = '', certificate = ''] = lines.filter((line) => line.includes('| eapol_test '))
    expect(wifi)
      .to.include(`'identity="frank"' 'password="freckles"'`)
      .and.include(' -a ::1 -p 11812 -s testing123 -N 32:s:wifi')
      .and.match(/'ca_cert="\/[\w./-]+\/wifi-ca\.pem"'/)
    expect(certificate)
      .to.include(`'eap=TLS' 'identity="frank"'`)
      .and.match(/'client_cert="\/[\w./-]+\/wifi-device-frank\.pem"'/)
      .and.match(/'private_key="\/[\w./-]+\/wifi-device-frank-key\.pem"'/)
      .and.not.include('password')
    const radclient = lines.filter((line) => line.includes('radclient -x'))
    expect(radclient).to.have.length(2)
    for (const line of radclient) {
      expect(line).to.include('Message-Authenticator = 0x00').and.include(' [::1]:11812 auth ')
    }
    expect(lines.join('\n'))
      .to.include('http://127.0.0.1:18080/demo/')
      .and.include('npx holdfast try alice --nas-identifier append')
      .and.match(/^The portal, where people .*:\n {2}http:\/\/localhost:8080\/$/m)
  })

  it('leaves out what this demo does not have', () => {
    expect(demoLines({ config: small('pw', 'flow: hold'), radius }, 'holdfast')).to.deep.equal([])
    const lines = demoLines({ config: small('pw', 'flow: append'), radius }, 'holdfast').join('\n')
    expect(lines)
      .to.include('try eve\n')
      .and.not.include('NAS-Identifier')
      .and.not.include('/demo/')
  })

  it('prints nothing that a shell would read in its own way', () => {
    for (const password of ['"a b"', "'$(reboot)'", '"a\\"b"', 'a`b']) {
      const config = small(password, 'flow: append')
      expect(demoLines({ config, radius }, 'holdfast')).to.deep.equal([])
    }
  })
})
