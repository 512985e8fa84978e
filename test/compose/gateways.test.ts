import { expect } from 'chai'
import { dictionaryOf } from '../../src/compose/dictionary.ts'
import { readDeviceAttribute } from '../../src/compose/gateways.ts'
import { checkDeviceAttributes } from '../../src/config/index.ts'
import { loadDictionary } from '../../src/radius/index.ts'
import { problemsOf, valid } from '../config/load-text.ts'

const checks = [
  checkDeviceAttributes((files) => {
    const dictionary = dictionaryOf(files)
    return (name) => readDeviceAttribute(dictionary(), name)
  }),
]
const problems = (name: string) =>
  problemsOf(valid.replace('secret:', `device_attribute: ${name}, secret:`), { checks })

describe('device_attribute', () => {
  const dictionary = loadDictionary()

  it('is a text or an address, of RADIUS or of a vendor', () => {
    expect(readDeviceAttribute(dictionary, 'calling-station-id')).to.deep.equal({
      ...{ vendor: 0, type: 31, form: 'text' },
    })
    expect(readDeviceAttribute(dictionary, 'PaloAlto-Client-Source-IP')).to.deep.equal({
      ...{ vendor: 25461, type: 7, form: 'text' },
    })
    expect(readDeviceAttribute(dictionary, 'Fortinet-Client-IP-Address')).to.deep.equal({
      ...{ vendor: 12356, type: 2, form: 'address' },
    })
    for (const name of ['Tunnel-Client-Endpoint', 'Framed-IPv6-Address', 'NAS-Port-Id']) {
      expect(problems(name), name).to.deep.equal([])
    }
  })

  it('is nothing else: the mistake shows with its place', () => {
    expect(problems('Calling-Station')).to.deep.equal([
      'h.yaml:10:33: gateways.vpn.device_attribute: no dictionary knows the attribute Calling-Station',
    ])
    for (const name of ['NAS-Port', 'User-Password', 'Vendor-Specific', 'MS-MPPE-Recv-Key']) {
      const [problem = '', ...more] = problems(name)
      expect(problem, name).to.include(`${name} holds neither a text nor an address`)
      expect(more).to.deep.equal([])
    }
  })

  it('says which dictionary cannot be read', () => {
    const text = `dictionaries: [/nowhere]\n${valid.replace('secret:', 'device_attribute: X, secret:')}`
    const [problem = ''] = problemsOf(text, { checks })
    expect(problem).to.include('device_attribute').and.include('/nowhere')
  })
})
