import { createHash, X509Certificate } from 'node:crypto'
import { expect } from 'chai'
import {
  createAuthority,
  createServerCertificate,
  openAuthority,
  type Profile,
  profileMethods,
  serverNamesOf,
  writeAppleProfile,
  writeWindowsProfile,
  writeWpaSupplicantProfile,
} from '../../src/certificates/index.ts'

const nowMs = Date.now()

describe('profiles for devices', () => {
  let profile: Profile
  let thumbprint: string

  before(async () => {
    const { certificate, key } = await createAuthority({ name: 'A & B', kind: 'ecdsa', nowMs })
    const names = ['radius.corp.example', 'radius2.corp.example']
    const server = await createServerCertificate(openAuthority({ certificate, key }), {
      ...{ names, kind: 'ecdsa', days: 30, nowMs },
    })
    const der = new X509Certificate(certificate).raw
    thumbprint = createHash('sha1').update(der).digest('hex')
    const serverNames = serverNamesOf(server.certificate)
    expect(serverNames).to.deep.equal(names)
    profile = {
      ssid: `Café <5 GHz> & "guests"'`,
      method: 'peap',
      authority: certificate,
      serverNames,
      outerIdentity: 'anonymous@corp.example',
    }
  })

  const writers = {
    apple: writeAppleProfile,
    windows: writeWindowsProfile,
    wpa_supplicant: (one: Profile) => writeWpaSupplicantProfile(one, '/ca.pem'),
  }

  it('pins the authority and the names of the server, for every method', () => {
    for (const method of profileMethods) {
      const one = { ...profile, method }
      const der = new X509Certificate(profile.authority).raw.toString('base64')
      expect(writeAppleProfile(one))
        .to.include(der)
        .and.include('<string>radius2.corp.example</string>')
      const windows = writeWindowsProfile(one)
      expect(windows).to.include(thumbprint.replace(/..(?!$)/g, '$& '))
      expect(windows).to.include(
        '<ServerNames>radius.corp.example;radius2.corp.example</ServerNames>',
      )
      expect(writers.wpa_supplicant(one))
        .to.include('ca_cert="/ca.pem"\n')
        .and.include('domain_match="radius.corp.example;radius2.corp.example"\n')
    }
  })

  it('requires crypto-binding in PEAP where the device can', () => {
    expect(writeWindowsProfile(profile)).to.include('<RequireCryptoBinding>true<')
    expect(writers.wpa_supplicant(profile)).to.include('crypto_binding=2')
  })

  it('escapes what XML would read, and puts a name of any form in hex', () => {
    const escaped = 'Café &lt;5 GHz&gt; &amp; &quot;guests&quot;&apos;'
    expect(writeAppleProfile(profile)).to.include(`<string>${escaped}</string>`)
    expect(writeWindowsProfile(profile)).to.include(`<name>${escaped}</name>`)
    expect(writers.wpa_supplicant(profile)).to.include(
      `ssid=${Buffer.from(profile.ssid).toString('hex')}\n`,
    )
  })

  it('is the same when it is written again, so that a device replaces the old one', () => {
    expect(writeAppleProfile(profile)).to.equal(writeAppleProfile({ ...profile }))
  })

  it('refuses names of networks and people that there cannot be', () => {
    const wrong: readonly Partial<Profile>[] = [
      { ssid: '' },
      { ssid: 'é'.repeat(17) },
      { ssid: 'a\nb' },
      { serverNames: [] },
      { outerIdentity: '' },
      { outerIdentity: 'a"b' },
      { outerIdentity: 'a b' },
    ]
    for (const change of wrong) {
      for (const [name, write] of Object.entries(writers)) {
        expect(() => write({ ...profile, ...change }), `${name} ${JSON.stringify(change)}`)
          .to.throw()
          .with.property('code', 'name-invalid')
      }
    }
  })
})
