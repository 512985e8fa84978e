import { expect } from 'chai'
import { encryptNewPassword, rc4 } from './new-password.ts'

// What the tests send in place of a client must itself be right.
describe('a new password as clients send it', () => {
  it('is encrypted by RC4, as RFC 3079 3.5.3 shows for another text', () => {
    const sessionKey = Buffer.from('405cb2247a7956e6e211007ae27b22d4', 'hex')
    expect(rc4(sessionKey, Buffer.from('test message')).toString('hex')).to.equal(
      '81848317df68846272fb5abe',
    )
  })

  it('has the old hash under the new one, and its length at the end (RFC 2759 8.9, 8.12)', () => {
    const { encryptedHash, encryptedPassword } = encryptNewPassword(
      'clientPass',
      'newPass1',
      (bytes) => Buffer.alloc(bytes, 0xaa),
    )
    expect(encryptedHash.toString('hex')).to.equal('c9c405739aac0406ce510476da1b67e6')
    expect(encryptedPassword).to.have.length(516)
    expect(encryptedPassword.subarray(0, 16).toString('hex')).to.equal(
      '3848614519535abe82a65122ca9b9d4a',
    )
    expect(encryptedPassword.subarray(-20).toString('hex')).to.equal(
      'ab2277df2dec647f6818bc7ff245ca58a2343a7c',
    )
  })
})
