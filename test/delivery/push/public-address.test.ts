import { expect } from 'chai'
import { isPublicAddress } from '../../../src/delivery/push/public-address.ts'

describe('an address on the internet', () => {
  for (const address of [
    '8.8.8.8',
    '142.250.1.95',
    '2a00:1450:4001:81b::200a',
    '64:ff9b::808:808',
  ]) {
    it(`is ${address}`, () => {
      expect(isPublicAddress(address)).to.equal(true)
    })
  }

  for (const address of [
    ...['127.0.0.1', '127.1.2.3', '0.0.0.0', '10.1.2.3', '100.64.0.1', '169.254.169.254'],
    ...['172.16.0.1', '172.31.255.255', '192.168.1.1', '192.0.2.1', '198.18.0.1'],
    ...['224.0.0.1', '255.255.255.255', '::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1'],
    ...['fd12::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '64:ff9b::7f00:1'],
    ...['2002:7f00:1::', '2001::1', '2001:db8::1', 'localhost', ''],
  ]) {
    it(`is not ${address || 'no text at all'}`, () => {
      expect(isPublicAddress(address)).to.equal(false)
    })
  }
})
