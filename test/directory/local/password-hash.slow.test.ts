import { expect } from 'chai'
import { hashPassword, verifyPassword } from '../../../src/directory/index.ts'
import { Secret } from '../../../src/support/index.ts'

/** RFC 7914 section 12: "pleaseletmein", salt "SodiumChloride", N 16384, r 8, p 1, 64 bytes. */
const published = [
  'scrypt$16384$8$1',
  Buffer.from('SodiumChloride').toString('base64'),
  Buffer.from(
    '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2' +
      'd5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    'hex',
  ).toString('base64'),
].join('$')

describe('password hash', () => {
  it('agrees with the published scrypt vector', async () => {
    expect(await verifyPassword(new Secret('pleaseletmein'), published)).to.equal(true)
  })

  it('verifies what it made, and nothing else', async () => {
    const hash = await hashPassword(new Secret('pass word'))
    expect(hash).to.match(/^scrypt\$32768\$8\$3\$[^$]{24}\$[^$]{44}$/)
    expect(await verifyPassword(new Secret('pass word'), hash)).to.equal(true)
    expect(await verifyPassword(new Secret('pass word '), hash)).to.equal(false)
    expect(await hashPassword(new Secret('pass word'))).not.to.equal(hash)
  })

  it('takes a letter with its accent apart or together', async () => {
    const hash = await hashPassword(new Secret('Gru\u0308n'))
    expect(await verifyPassword(new Secret('Grün'), hash)).to.equal(true)
  })

  const salt = Buffer.alloc(16).toString('base64')
  const key = Buffer.alloc(32).toString('base64')
  for (const [why, text] of [
    ['empty text', ''],
    ['a clear password', 'hunter2'],
    ['another algorithm', `bcrypt$16384$8$1$${salt}$${key}`],
    ['N that is no power of two', `scrypt$16385$8$1$${salt}$${key}`],
    ['N of zero', `scrypt$0$8$1$${salt}$${key}`],
    ['r of zero', `scrypt$16384$0$1$${salt}$${key}`],
    ['p of zero', `scrypt$16384$8$0$${salt}$${key}`],
    ['more memory than the machine has', `scrypt$16777216$64$1$${salt}$${key}`],
    ['a short salt', `scrypt$16384$8$1$AAAA$${key}`],
    ['a short hash', `scrypt$16384$8$1$${salt}$AAAA`],
    ['more after the end', `scrypt$16384$8$1$${salt}$${key}$`],
  ] as const) {
    it(`refuses ${why}`, async () => {
      const error = await verifyPassword(new Secret('x'), text).catch((thrown: unknown) => thrown)
      expect(error).to.have.property('code', 'password-hash-invalid')
    })
  }
})
