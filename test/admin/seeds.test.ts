import { expect } from 'chai'
import { parseUserMap, readSeeds } from '../../src/admin/seeds/index.ts'

const base32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const seedText = '12345678901234567890'
const base64 = Buffer.from(seedText).toString('base64')

const pskcUri = 'urn:ietf:params:xml:ns:keyprov:pskc'

function keyPackage(
  change: {
    user?: string
    serial?: string
    algorithm?: string
    data?: string
    format?: string
  } = {},
): string {
  return `<pskc:KeyPackage>
<pskc:DeviceInfo><pskc:SerialNo>${change.serial ?? '987654321'}</pskc:SerialNo></pskc:DeviceInfo>
<pskc:Key Id="12345678" Algorithm="${change.algorithm ?? `${pskcUri}:hotp`}">
<pskc:AlgorithmParameters>${change.format ?? '<pskc:ResponseFormat Length="8" Encoding="DECIMAL"/>'}</pskc:AlgorithmParameters>
<pskc:Data>${change.data ?? `<pskc:Secret><pskc:PlainValue>${base64}</pskc:PlainValue></pskc:Secret><pskc:Counter><pskc:PlainValue>7</pskc:PlainValue></pskc:Counter>`}</pskc:Data>
<pskc:UserId>${change.user ?? 'UID=jsmith,DC=example,DC=net'}</pskc:UserId>
</pskc:Key></pskc:KeyPackage>`
}

function container(inside: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<pskc:KeyContainer Version="1.0" xmlns:pskc="${pskcUri}">
${inside}
</pskc:KeyContainer>`
}

/** The encrypted key of RFC 6030 section 6.1: seed "12345678901234567890". */
const encryptedContainer = `<?xml version="1.0" encoding="UTF-8"?>
<pskc:KeyContainer Version="1.0" xmlns:pskc="${pskcUri}"
  xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="http://www.w3.org/2001/04/xmlenc#">
<pskc:EncryptionKey><ds:KeyName>Pre-shared-key</ds:KeyName></pskc:EncryptionKey>
<pskc:MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"><pskc:MACKey>
<xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>
<xenc:CipherData><xenc:CipherValue>
ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX
</xenc:CipherValue></xenc:CipherData></pskc:MACKey></pskc:MACMethod>
${keyPackage({
  data: `<pskc:Secret><pskc:EncryptedValue>
<xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>
<xenc:CipherData><xenc:CipherValue>
AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv
</xenc:CipherValue></xenc:CipherData></pskc:EncryptedValue>
<pskc:ValueMAC>Su+NvtQfmvfJzF6bmQiJqoLRExc=</pskc:ValueMAC></pskc:Secret>`,
})}
</pskc:KeyContainer>`
const preSharedKey = Buffer.from('12345678901234567890123456789012', 'hex')

describe('seed files: PSKC', () => {
  it('reads a HOTP key in clear with its person, serial, digits and counter', () => {
    const { records, problems } = readSeeds(container(keyPackage()), {})
    expect(problems).to.deep.equal([])
    expect(records).to.have.length(1)
    expect(records[0]).to.deep.include({
      user: 'jsmith',
      serial: '987654321',
      method: 'hotp',
      algorithm: 'sha1',
      digits: 8,
      counter: 7,
    })
    expect(Buffer.from(records[0]?.seed ?? []).toString()).to.equal(seedText)
  })

  it('reads a TOTP key with interval and hash', () => {
    const source = container(
      keyPackage({
        user: 'alice',
        algorithm: `${pskcUri}:totp`,
        format: '<ResponseFormat Length="6" Encoding="DECIMAL"/><Suite>HMAC-SHA256</Suite>',
        data: `<Secret><PlainValue>${base64}</PlainValue></Secret><TimeInterval><PlainValue>60</PlainValue></TimeInterval>`,
      }),
    )
    expect(readSeeds(source, {}).records[0]).to.deep.include({
      user: 'alice',
      method: 'totp',
      algorithm: 'sha256',
      digits: 6,
      periodSeconds: 60,
    })
  })

  it('opens the encrypted example of RFC 6030 section 6.1', () => {
    const { records, problems } = readSeeds(encryptedContainer, { preSharedKey })
    expect(problems).to.deep.equal([])
    expect(Buffer.from(records[0]?.seed ?? []).toString()).to.equal(seedText)
  })

  it('does not open it with another key, without a key, or when a byte was changed', () => {
    const wrongKey = Buffer.from(preSharedKey).fill(7)
    expect(readSeeds(encryptedContainer, { preSharedKey: wrongKey }).problems[0]?.text).to.include(
      'pre-shared key',
    )
    expect(readSeeds(encryptedContainer, {}).problems[0]).to.deep.equal({
      line: 4,
      text: 'the keys are encrypted; give the pre-shared key with --key-file',
    })
    const altered = encryptedContainer.replace('AAECAwQFBgc', 'BAECAwQFBgc')
    expect(readSeeds(altered, { preSharedKey }).problems[0]?.text).to.include('altered')
  })

  const garbage: readonly (readonly [what: string, source: string, line: number, text: string])[] =
    [
      ['an unclosed element', '<KeyContainer>\n<KeyPackage>', 2, 'ends too early'],
      ['crossed elements', '<a>\n<b></a></b>', 2, 'closes nothing'],
      ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]><x/>', 1, 'document type'],
      ['an unknown entity', '<a>&nope;</a>', 1, 'unknown entity'],
      ['another document', '<html></html>', 1, 'no PSKC KeyContainer'],
      ['an empty container', '<KeyContainer/>', 1, 'no KeyPackage'],
      ['two roots', '<a/>\n<b/>', 2, 'second root'],
      ['text after the root', '<a/>x', 1, 'outside'],
      ['deep nesting', '<a>'.repeat(100), 1, 'too deep'],
      ['a stray angle', '<a>\n< </a>', 2, 'well-formed'],
      [
        'a password-encrypted file',
        '<KeyContainer><EncryptionKey><DerivedKey/></EncryptionKey></KeyContainer>',
        1,
        'encrypted with a password',
      ],
      [
        'another algorithm',
        container(keyPackage({ algorithm: `${pskcUri}:ocra` })),
        5,
        'neither TOTP nor HOTP',
      ],
      [
        'hexadecimal codes',
        container(keyPackage({ format: '<ResponseFormat Length="8" Encoding="HEXADECIMAL"/>' })),
        5,
        'must be DECIMAL',
      ],
      [
        'seven digits',
        container(keyPackage({ format: '<ResponseFormat Length="7" Encoding="DECIMAL"/>' })),
        5,
        'digits must be 6 or 8',
      ],
      [
        'a short seed',
        container(keyPackage({ data: '<Secret><PlainValue>AAAA</PlainValue></Secret>' })),
        5,
        'the seed has 3 bytes',
      ],
      [
        'no base64',
        container(keyPackage({ data: '<Secret><PlainValue>A*</PlainValue></Secret>' })),
        5,
        'no base64',
      ],
    ]
  for (const [what, source, line, text] of garbage) {
    it(`names the line for ${what}`, () => {
      const problem = readSeeds(source, {}).problems[0]
      expect(problem?.text).to.include(text)
      expect(problem?.line).to.equal(line)
    })
  }

  it('takes a very long comment without falling over', () => {
    const source = container(`<!--${'x'.repeat(4_000_000)}-->${keyPackage()}`)
    expect(readSeeds(source, {}).problems).to.deep.equal([])
  })
})

describe('seed files: CSV', () => {
  it('reads columns in any order, quotes, comments, CRLF and a byte order mark', () => {
    const source = `\uFEFFserial,user,seed,label,digits,period\r\n# ours\r\n\r\n1001,alice,${base32.toLowerCase()},"red, ""big""",8,60\r\n`
    const { records, problems } = readSeeds(source, {})
    expect(problems).to.deep.equal([])
    expect(records[0]).to.deep.include({
      line: 4,
      user: 'alice',
      serial: '1001',
      label: 'red, "big"',
      method: 'totp',
      digits: 8,
      periodSeconds: 60,
    })
    expect(Buffer.from(records[0]?.seed ?? []).toString()).to.equal(seedText)
  })

  it('reads the list Microsoft Entra takes for hardware tokens', () => {
    const source = `upn,serial number,secret key,time interval,manufacturer,model\nhelga@corp.example,1234567,${base32},60,Contoso,HardwareKey`
    expect(readSeeds(source, {}).records[0]).to.deep.include({
      user: 'helga@corp.example',
      serial: '1234567',
      label: 'HardwareKey',
      periodSeconds: 60,
    })
  })

  it('reads semicolons, hex seeds and HOTP counters', () => {
    const source = `user;seed_hex;counter\nbob;${Buffer.from(seedText).toString('hex')};42`
    expect(readSeeds(source, {}).records[0]).to.deep.include({ method: 'hotp', counter: 42 })
  })

  it('takes persons from a second list where the file names none', () => {
    const map = parseUserMap('serial,user\n1001,alice\n')
    const users = 'users' in map ? map.users : new Map<string, string>()
    const source = `serial,seed\n1001,${base32}\n1002,${'ABCDEFGH'.repeat(4)}`
    const { records, problems } = readSeeds(source, { users })
    expect(records[0]?.user).to.equal('alice')
    expect(problems).to.deep.equal([
      { line: 3, text: 'no user is named for this seed; name one with --users FILE' },
    ])
  })

  it('reports every bad line of a file, in order', () => {
    const source = `user,seed,digits\nalice,${base32},7\nbob,${base32}\ncarol,0189,6\ndave,AAAA,6`
    expect(readSeeds(source, {}).problems).to.deep.equal([
      { line: 2, text: 'digits must be 6 or 8' },
      { line: 3, text: '2 columns instead of 3' },
      { line: 4, text: 'the seed is no base32' },
      { line: 5, text: 'the seed has 2 bytes; 10 to 64 are possible' },
    ])
  })

  it('refuses one seed for two people and one serial for two seeds', () => {
    const other = 'ABCDEFGH'.repeat(4)
    const source = `user,serial,seed\nalice,1,${base32}\nbob,2,${base32}\nalice,1,${other}\nalice,1,${base32}`
    expect(readSeeds(source, {}).problems).to.deep.equal([
      { line: 3, text: 'the same seed stands on line 2 for another person' },
      { line: 4, text: 'this serial number stands on line 2 with another seed' },
    ])
  })

  const garbage: readonly (readonly [what: string, source: string, text: string])[] = [
    ['an empty file', '', 'empty'],
    ['only a head', 'user,seed\n', 'no seeds'],
    [
      'an unknown column',
      `user,seed,pin\nalice,${base32},1`,
      'column 3 of the heading has no known name',
    ],
    ['a column twice', `user,user,seed\na,b,${base32}`, 'twice'],
    ['two seed columns', `user,seed,seed_hex\na,${base32},00`, 'exactly one of'],
    ['no seed column', 'user\nalice', 'exactly one of'],
    ['an open quote', `user,seed\n"alice,${base32}`, 'quote is not closed'],
    ['a quote inside', `user,seed\nal"ice,${base32}`, 'quote stands where'],
    ['binary', '\u0000\u0001\u0002', 'has no known name'],
  ]
  for (const [what, source, text] of garbage) {
    it(`refuses ${what}`, () => {
      const { records, problems } = readSeeds(source, {})
      expect(records).to.have.length(0)
      expect(problems[0]?.text).to.include(text)
    })
  }

  it('never repeats a seed in a message', () => {
    const secret = 'SECRETSECRET0189'
    const { problems } = readSeeds(`user,seed\nalice,${secret}\nbob,"${secret}`, {})
    expect(JSON.stringify(problems)).to.not.include('SECRET')
  })
})
