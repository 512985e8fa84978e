import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import {
  type Profile,
  profileMethods,
  writeAppleProfile,
  writeWindowsProfile,
} from '../../src/certificates/index.ts'
import { authority } from '../vectors/certificates.ts'
import { needProgram } from './need.ts'

/** A profile as another program reads it: Python's standard library, of a standard input. */
function read<Read>(script: string, text: string): Read {
  const printed = execFileSync('python3', ['-c', script], { input: text, encoding: 'utf8' })
  return JSON.parse(printed) as Read
}

const readPlist = `
import json, plistlib, sys
print(json.dumps(plistlib.loads(sys.stdin.buffer.read()), default=lambda data: data.hex()))`

/** Names of the elements in the order in which they begin, and their text. */
const readElements = `
import json, sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
print(json.dumps([[one.tag, (one.text or '').strip()] for one in root.iter()]))`

type Payload = {
  readonly PayloadUUID: string
  readonly PayloadType: string
  readonly SSID_STR?: string
  readonly EAPClientConfiguration?: Readonly<Record<string, unknown>>
}

const ssid = `Café <5 GHz> & "guests"'`
const profile: Profile = {
  ssid,
  method: 'peap',
  authority,
  serverNames: ['radius.corp.example', 'radius2.corp.example'],
  outerIdentity: 'anonymous&co@corp.example',
}
const eapTypes = { peap: 25, ttls: 21, tls: 13 } as const

describe('profiles for devices, as others read them', () => {
  before(function () {
    needProgram('python3', this)
  })

  for (const method of profileMethods) {
    it(`${method}: the profile for Apple is a property list that trusts this server alone`, () => {
      const text = writeAppleProfile({ ...profile, method })
      const { PayloadContent: payloads } = read<{ PayloadContent: Payload[] }>(readPlist, text)
      const [root, wifi] = payloads
      expect(payloads.map(({ PayloadType }) => PayloadType)).to.deep.equal([
        'com.apple.security.root',
        'com.apple.wifi.managed',
      ])
      expect(wifi?.SSID_STR).to.equal(ssid)
      expect(wifi?.EAPClientConfiguration).to.deep.include({
        AcceptEAPTypes: [eapTypes[method]],
        PayloadCertificateAnchorUUID: [root?.PayloadUUID],
        TLSTrustedServerNames: profile.serverNames,
        OuterIdentity: profile.outerIdentity,
      })
    })

    it(`${method}: the profile for Windows is XML in the order of its schemas`, () => {
      const text = writeWindowsProfile({ ...profile, method })
      const elements = read<[string, string][]>(readElements, text)
      const namesIn = (space: string) =>
        elements
          .filter(([tag]) => tag.startsWith(`{http://www.microsoft.com/${space}}`))
          .map(([tag]) => tag.replace(/^\{.*\}/, ''))
      expect(namesIn('networking/WLAN/profile/v1').join(' ')).to.equal(
        'WLANProfile name SSIDConfig SSID hex name connectionType connectionMode MSM security ' +
          'authEncryption authentication encryption useOneX PMKCacheMode',
      )
      expect(namesIn('networking/OneX/v1').join(' ')).to.equal(
        'OneX cacheUserData authMode EAPConfig',
      )
      expect(namesIn('provisioning/EapCommon').join(' ')).to.equal(
        'Type VendorId VendorType AuthorId',
      )
      const [, type] = elements.find(([tag]) => tag.endsWith('EapCommon}Type')) ?? []
      expect(type).to.equal(String(eapTypes[method]))
      expect(elements).to.deep.include([
        '{http://www.microsoft.com/networking/WLAN/profile/v1}name',
        ssid,
      ])
    })
  }
})
