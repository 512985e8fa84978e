import { expect } from 'chai'
import { describeError } from '../../src/directory/errors.ts'

describe('directory: texts of errors', () => {
  it('have of an error of OpenSSL the reason alone', () => {
    const printed =
      '40CD242F377F0000:error:0A000417:SSL routines:ssl3_read_bytes:ssl/tls alert illegal parameter:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:918:SSL alert number 47\n'
    expect(describeError(new Error(printed))).to.equal(
      'TLS failed (ssl/tls alert illegal parameter)',
    )
  })

  it('are left as they are otherwise', () => {
    const text = 'connect ECONNREFUSED 192.0.2.1:636'
    expect(describeError(new Error(text))).to.equal(text)
  })
})
