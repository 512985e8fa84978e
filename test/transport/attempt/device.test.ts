import { expect } from 'chai'
import { normaliseDevice } from '../../../src/transport/attempt/device.ts'

const same: Record<string, readonly string[]> = {
  'mac 0010a42319c0': [
    '00:10:A4:23:19:C0',
    '00-10-a4-23-19-c0',
    '0010.a423.19c0',
    '0010-A423-19C0',
    '0010a4-2319c0',
    '0010a4:2319c0',
    '0010A42319C0',
    ' 00-10-A4-23-19-C0 ',
    '00-10-A4-23-19-C0\u0000',
    '00-10-A4-23-19-C0:Guest Wi-Fi',
    '00:10:A4:23:19:C0:Guest:2',
    '0010A42319C0:Guest',
    '0010.a423.19c0:Guest',
    '00-10-A4-23-19-C0:',
  ],
  'mac 001122334455': ['00:11:22:33:44:55', '001122334455:lab'],
  'address 192.0.2.7': [
    '192.0.2.7',
    '192.0.2.7:1',
    '192.0.2.7:65535',
    '192.0.2.7[4500]',
    '::ffff:192.0.2.7',
    '192.0.2.7\u0000',
    '192.000.002.007',
    'ip=192.0.2.7:4500',
  ],
  'address 2001:db8::1': [
    '2001:db8::1',
    '2001:0DB8:0:0:0:0:0:1',
    '[2001:db8::1]',
    '[2001:db8::1]:4500',
    '2001:db8::1[4500]',
  ],
  'address fe80::1': ['fe80::1%eth0', '[fe80::1%2]:4500'],
  'phone +31612345678': [
    '+31612345678',
    '+31 (6) 12-34.56 78',
    '0031 612345678',
    'tel:+31612345678',
  ],
  'phone 0612345678': ['0612345678', '06-12345678', '06 12 34 56 78'],
  'phone 491701234567': ['491701234567'],
  'text laptop-7': ['laptop-7', '  laptop-7'],
  'text 192.0.2.300': ['192.0.2.300'],
  'text 00:10:A4:23:19': ['00:10:A4:23:19'],
  'text 00:10:A4:23:19:C0-x': ['00:10:A4:23:19:C0-x'],
  'text 12': ['12'],
  // Shown as it came, except for what would break a line of the log.
  'text lap\uFFFDtop': ['lap\u0000top', 'lap\ntop', 'lap\uFFFDtop'],
}

const nothing = [
  '',
  '   ',
  '0.0.0.0',
  '0.0.0.0:443',
  '::',
  '255.255.255.255',
  '00-00-00-00-00-00',
  'ff:ff:ff:ff:ff:ff',
  '000000000000:guest',
  '\u0000',
  ' \u0000\u0000',
]

describe('device evidence from Calling-Station-Id', () => {
  for (const [expected, texts] of Object.entries(same)) {
    for (const text of texts) {
      it(`reads ${JSON.stringify(text)} as ${expected}`, () => {
        const device = normaliseDevice(text)
        expect(`${device?.kind} ${device?.value}`).to.equal(expected)
      })
    }
  }

  for (const text of nothing) {
    it(`takes ${JSON.stringify(text)} for no evidence`, () => {
      expect(normaliseDevice(text)).to.equal(undefined)
    })
  }
})
