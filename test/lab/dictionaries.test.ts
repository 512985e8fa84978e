import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { needFile, needProgram } from './need.ts'
import { radclient } from './radclient.ts'
import { type Service, startService } from './service.ts'
import { gatewayConfig, lastingConfig } from './service-config.ts'

const theirs = '/usr/share/freeradius'

/** A file as an administrator may have it: of several servers, with things that we cannot do. */
const mixed = `VENDOR Sample 65001
BEGIN-VENDOR Sample
ATTRIBUTE Sample-Flag 1 bool
ATTRIBUTE Sample-Blob 2 struct
MEMBER Sample-Part uint8
ATTRIBUTE Sample-More 3 struct
END-VENDOR Sample
VENDORATTR 65001 Sample-Role 4 string
ALIAS Role Vendor-Specific.Sample.Role
DEFINE Sample-Inside string
`

describe('a service with dictionaries of other servers', function () {
  this.timeout(600_000)
  let service: Service

  before(async function () {
    needProgram('radclient', this)
    needFile(join(theirs, 'dictionary'), 'freeradius-common', this)
    service = await startService((place) => {
      const own = join(place.folder, 'mixed')
      writeFileSync(own, mixed)
      const config = lastingConfig(place)
      const none = gatewayConfig('none', {
        flow: 'hold',
        reply: {
          'Sample-Flag': true,
          Role: 'admin',
          'Vendor-Specific.Cisco.AVPair': 'shell:priv=1',
        },
      })
      return JSON.stringify({
        ...config,
        dictionaries: [join(theirs, 'dictionary'), own],
        gateways: { ...config.gateways, none },
        rules: [{ gateway: 'none', second_factor: 'none' }],
      })
    })
  })
  after(() => service?.stop())

  it('starts with all that FreeRADIUS 3 has, and warns once a kind', () => {
    const lines = service.output().match(/^.*dictionaries: .*$/gm) ?? []
    const kinds = lines.map((line) => /dictionaries: ([^:]*):/.exec(line)?.[1])
    expect(new Set(kinds).size, lines.join('\n')).to.equal(kinds.length)
    expect(kinds).to.include('Attributes of type struct are left out')
    expect(lines.find((line) => line.includes('struct'))).to.include(
      `left out: 2. The first is Sample-Blob, line 4 of ${join(service.folder, 'mixed')}`,
    )
    expect(kinds).to.include(
      'Attributes without a number of their own (DEFINE, STRUCT) are left out',
    )
  })

  it('sends what radclient reads: a bool, an alias, a name from the top', async () => {
    const reply = await radclient(
      { 'User-Name': 'alice', 'User-Password': 'wonderland', 'NAS-Identifier': 'none' },
      { port: service.port },
    )
    expect(reply.kind).to.equal('Access-Accept')
    // Debian's radclient does not know the vendor, and shows what came.
    expect(reply.output).to.match(/Attr-26\.65001\.1 = 0x01/)
    expect(reply.output).to.match(/Attr-26\.65001\.4 = 0x61646d696e/)
    expect(reply.attributes['Cisco-AVPair']).to.equal('shell:priv=1')
  })
})
