import { createCipheriv, createHmac } from 'node:crypto'
import { expect } from 'chai'
import { readSeeds } from '../../../src/operations/seeds/index.ts'

const seedText = '12345678901234567890'
const base64 = Buffer.from(seedText).toString('base64')

const nowMs = Date.UTC(2026, 10, 30)

const pskcUri = 'urn:ietf:params:xml:ns:keyprov:pskc'

function keyPackage(
  change: {
    user?: string
    serial?: string
    algorithm?: string
    data?: string
    format?: string
    policy?: string
  } = {},
): string {
  return `<pskc:KeyPackage>
<pskc:DeviceInfo><pskc:SerialNo>${change.serial ?? '987654321'}</pskc:SerialNo></pskc:DeviceInfo>
<pskc:Key Id="12345678" Algorithm="${change.algorithm ?? `${pskcUri}:hotp`}">
<pskc:AlgorithmParameters>${change.format ?? '<pskc:ResponseFormat Length="8" Encoding="DECIMAL"/>'}</pskc:AlgorithmParameters>
<pskc:Data>${change.data ?? `<pskc:Secret><pskc:PlainValue>${base64}</pskc:PlainValue></pskc:Secret><pskc:Counter><pskc:PlainValue>7</pskc:PlainValue></pskc:Counter>`}</pskc:Data>
<pskc:UserId>${change.user ?? 'UID=jsmith,DC=example,DC=net'}</pskc:UserId>${change.policy ?? ''}
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
  it('reads a HOTP key in clear text with its person, serial, digits and counter', () => {
    const { records, problems } = readSeeds(container(keyPackage()), { nowMs })
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
    expect(readSeeds(source, { nowMs }).records[0]).to.deep.include({
      user: 'alice',
      method: 'totp',
      algorithm: 'sha256',
      digits: 6,
      periodSeconds: 60,
    })
  })

  it('opens the encrypted example of RFC 6030 section 6.1', () => {
    const { records, problems } = readSeeds(encryptedContainer, { preSharedKey, nowMs })
    expect(problems).to.deep.equal([])
    expect(Buffer.from(records[0]?.seed ?? []).toString()).to.equal(seedText)
  })

  it('does not open it with another key, without a key, or when a byte was changed', () => {
    const wrongKey = Buffer.from(preSharedKey).fill(7)
    expect(
      readSeeds(encryptedContainer, { preSharedKey: wrongKey, nowMs }).problems[0]?.text,
    ).to.include('pre-shared key')
    expect(readSeeds(encryptedContainer, { nowMs }).problems[0]).to.deep.equal({
      line: 4,
      text: 'the keys are encrypted; give the pre-shared key with --key-file',
    })
    const altered = encryptedContainer.replace('AAECAwQFBgc', 'BAECAwQFBgc')
    expect(readSeeds(altered, { preSharedKey, nowMs }).problems[0]?.text).to.include('altered')
  })

  const garbage: readonly (readonly [what: string, source: string, line: number, text: string])[] =
    [
      ['an unclosed element', '<KeyContainer>\n<KeyPackage>', 2, 'ends too early'],
      ['crossed elements', '<a>\n<b></a></b>', 2, 'closes nothing'],
      ['a document type', '<!DOCTYPE x [<!ENTITY a "b">]><x/>', 1, 'document type'],
      ['an unknown entity', '<a>&nope;</a>', 1, 'unknown entity'],
      ['another document', '<html></html>', 1, 'neither a PSKC KeyContainer'],
      ['an empty container', '<KeyContainer/>', 1, 'no KeyPackage'],
      ['two roots', '<a/>\n<b/>', 2, 'second root'],
      ['text after the root', '<a/>x', 1, 'outside'],
      ['deep nesting', '<a>'.repeat(100), 1, 'too deep'],
      ['a stray angle', '<a>\n< </a>', 2, 'well-formed'],
      [
        'a password-encrypted file',
        '<KeyContainer><EncryptionKey><DerivedKey/></EncryptionKey></KeyContainer>',
        1,
        'give it with --password-file',
      ],
      [
        'a file encrypted for a certificate',
        '<KeyContainer><EncryptionKey><X509Data/></EncryptionKey></KeyContainer>',
        1,
        'encrypted for a certificate',
      ],
      [
        'the encryption of the drafts',
        '<KeyContainer>\n<EncryptionMethod algorithm="PBE-3DES112-CBC"/></KeyContainer>',
        2,
        'drafts before RFC 6030',
      ],
      ['a truncated file', container(keyPackage()).slice(0, 400), 7, 'ends too early'],
      [
        'a bomb of entities',
        '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><KeyContainer>&c;</KeyContainer>',
        1,
        'document type',
      ],
      [
        'an entity from a file',
        '<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "file:///etc/passwd"><KeyContainer/>',
        2,
        'document type',
      ],
      [
        'a PIN, which is a key of its own in RFC 6030 figure 5',
        container(keyPackage({ algorithm: `${pskcUri}:pin` })),
        5,
        'the Algorithm of the key is pin',
      ],
      [
        'a vendor’s own algorithm',
        container(keyPackage({ algorithm: 'http://www.yubico.com/#yubikey-aes' })),
        5,
        'the Algorithm of the key is yubikey-aes',
      ],
      [
        'check digits',
        container(
          keyPackage({
            format: '<ResponseFormat Length="8" Encoding="DECIMAL" CheckDigits="true"/>',
          }),
        ),
        5,
        'check digit',
      ],
      [
        'an unknown suite',
        container(
          keyPackage({ format: '<ResponseFormat Length="8"/><Suite>HMAC-SHA3-256</Suite>' }),
        ),
        5,
        'the Suite of the key is none of',
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
        'the Encoding of the ResponseFormat is HEXADECIMAL; it must be DECIMAL',
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
      const problem = readSeeds(source, { nowMs }).problems[0]
      expect(problem?.text).to.include(text)
      expect(problem?.line).to.equal(line)
    })
  }

  it('takes a very long comment without falling over', () => {
    const source = container(`<!--${'x'.repeat(4_000_000)}-->${keyPackage()}`)
    expect(readSeeds(source, { nowMs }).problems).to.deep.equal([])
  })

  it('reads a file of any prefix, of none, and without a namespace', () => {
    const source = container(keyPackage())
    for (const prefix of ['', 'x1:', 'keyprov:']) {
      const named = source.replaceAll('pskc:', prefix).replace(/\sxmlns[^\s>]*/g, '')
      expect(readSeeds(named, { nowMs }).records[0]).to.include({ user: 'jsmith', counter: 7 })
    }
  })

  it('keeps the drift of a clock, ahead and behind, and refuses more than resync would find', () => {
    const withDrift = (drift: string) =>
      readSeeds(
        container(
          keyPackage({
            algorithm: `${pskcUri}:totp`,
            format: '<ResponseFormat Length="6" Encoding="DECIMAL"/>',
            data: `<Secret><PlainValue>${base64}</PlainValue></Secret><TimeDrift><PlainValue>${drift}</PlainValue></TimeDrift>`,
          }),
        ),
        { nowMs },
      )
    for (const drift of [5, -3, 0, 100]) {
      expect(withDrift(String(drift)).records[0]?.driftSteps).to.equal(drift)
    }
    expect(withDrift('101').problems[0]).to.include({ line: 5, serial: '987654321' })
    expect(withDrift('101').problems[0]?.text).to.include('at most 100 either way')
    expect(withDrift('fast').problems[0]?.text).to.equal('the TimeDrift is not a whole number')
  })

  it('takes the name out of a distinguished name, with commas that are escaped', () => {
    for (const [user, name] of [
      ['CN=Doe\\, Jane,OU=x,DC=corp', 'Doe, Jane'],
      ['uid = jane + cn=x', 'jane'],
      ['CORP\\jane', 'CORP\\jane'],
    ] as const) {
      const { records } = readSeeds(container(keyPackage({ user })), { nowMs })
      expect(records[0]?.user).to.equal(name)
    }
  })

  it('refuses a number that is not in a PlainValue, and a seed in hex or base32', () => {
    const problemOf = (data: string, algorithm: string) =>
      readSeeds(container(keyPackage({ data, algorithm })), { nowMs }).problems[0]?.text
    const secret = `<pskc:Secret><pskc:PlainValue>${base64}</pskc:PlainValue></pskc:Secret>`
    const [totp, hotp] = [`${pskcUri}:totp`, `${pskcUri}:hotp`]
    expect(problemOf(`${secret}<pskc:TimeDrift>5</pskc:TimeDrift>`, totp)).to.include('TimeDrift')
    expect(problemOf(`${secret}<pskc:Counter>5</pskc:Counter>`, hotp)).to.include('the Counter has')
    const seed = (text: string) => secret.replace(base64, text)
    const hex = Buffer.from(seedText).toString('hex')
    expect(problemOf(seed(hex), totp)).to.include('is hex; PSKC has base64')
    expect(problemOf(seed('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'), totp)).to.include('is base32')
  })

  it('does not take the drift of a clock for a token that counts', () => {
    const data = `<Secret><PlainValue>${base64}</PlainValue></Secret><TimeDrift><PlainValue>5</PlainValue></TimeDrift>`
    expect(readSeeds(container(keyPackage({ data })), { nowMs }).records[0]?.driftSteps).to.equal(0)
  })

  describe('policies', () => {
    const read = (inside: string) =>
      readSeeds(container(keyPackage({ policy: `<Policy>${inside}</Policy>` })), { nowMs })

    it('keeps from when and until when a token is valid', () => {
      const { records } = read(
        '<StartDate>2027-01-01T00:00:00Z</StartDate><ExpiryDate>2030-06-30T12:00:00+02:00</ExpiryDate>',
      )
      expect(records[0]).to.include({
        validFromMs: Date.UTC(2027, 0, 1),
        validUntilMs: Date.UTC(2030, 5, 30, 10),
      })
    })

    it('keeps no date that limits nothing any more', () => {
      const { records } = read(
        '<StartDate>2020-01-01T00:00:00Z</StartDate><KeyUsage>OTP</KeyUsage>',
      )
      expect(records[0]).to.not.have.any.keys('validFromMs', 'validUntilMs')
    })

    it('takes a PIN that the token checks itself', () => {
      const pin =
        '<PINPolicy MinLength="4" MaxLength="4" PINKeyId="1" PINEncoding="DECIMAL" PINUsageMode="Local"/>'
      expect(read(`${pin}<KeyUsage>OTP</KeyUsage>`).problems).to.deep.equal([])
    })

    const refused: readonly (readonly [inside: string, text: string])[] = [
      ['<ExpiryDate>2020-05-31T00:00:00Z</ExpiryDate>', 'it expired on 2020-05-31 (ExpiryDate)'],
      ['<ExpiryDate>05/31/2030</ExpiryDate>', 'its ExpiryDate is not a date'],
      ['<StartDate>soon</StartDate>', 'its StartDate is not a date'],
      [
        '<StartDate>2031-01-01T00:00:00Z</StartDate><ExpiryDate>2030-01-01T00:00:00Z</ExpiryDate>',
        'StartDate is not before',
      ],
      ['<NumberOfTransactions>100</NumberOfTransactions>', 'NumberOfTransactions'],
      ['<KeyUsage>CR</KeyUsage><KeyUsage>Integrity</KeyUsage>', 'KeyUsage CR, Integrity'],
      ['<PINPolicy PINUsageMode="Append"/>', 'PINUsageMode Append'],
      ['<PINPolicy MinLength="4"/>', 'PINUsageMode is missing'],
      ['<PINPolicy PINUsageMode="Local" OnWeekdays="true"/>', 'its PINPolicy has something'],
      ['<Weekdays>1-5</Weekdays>', 'its Policy has Weekdays'],
    ]
    for (const [inside, text] of refused) {
      it(`refuses ${inside.slice(0, 60)} by name and serial number`, () => {
        const { records, problems } = read(inside)
        expect(records).to.deep.equal([])
        expect(problems[0]).to.include({ line: 5, serial: '987654321' })
        expect(problems[0]?.text).to.include(text)
      })
    }

    it('keeps the expiry of the device as well', () => {
      const source = container(keyPackage()).replace(
        '</pskc:DeviceInfo>',
        '<ExpiryDate>2029-12-31T00:00:00Z</ExpiryDate></pskc:DeviceInfo>',
      )
      const { records } = readSeeds(source, { nowMs })
      expect(records[0]?.validUntilMs).to.equal(Date.UTC(2029, 11, 31))
    })
  })

  describe('the layouts of the drafts', () => {
    const device = (key: string) => `<?xml version="1.0"?>
<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc:1.0"><Device>
<DeviceInfo><Manufacturer>Acme</Manufacturer><SerialNo>755225266</SerialNo></DeviceInfo>
${key}
</Device></KeyContainer>`

    it('reads Device, KeyAlgorithm, Usage and Format', () => {
      const { records, problems } = readSeeds(
        device(`<Key KeyAlgorithm="http://www.ietf.org/keyprov/pskc#totp" KeyId="755225266"><UserId>alice</UserId>
<Usage OTP="true"><ResponseFormat Length="8" Format="DECIMAL"/></Usage>
<Data><Secret><PlainValue>${base64}</PlainValue></Secret><Time><PlainValue>0</PlainValue></Time>
<TimeInterval><PlainValue>60</PlainValue></TimeInterval><TimeDrift><PlainValue>4</PlainValue></TimeDrift></Data></Key>`),
        { nowMs },
      )
      expect(problems).to.deep.equal([])
      expect(records[0]).to.include({
        ...{ user: 'alice', serial: '755225266', method: 'totp', digits: 8 },
        ...{ periodSeconds: 60, driftSteps: 4 },
      })
    })

    it('reads named Data, whose counter has eight bytes, and a container of secrets', () => {
      const source = `<SecretContainer version="1.2"><EncryptionMethod algorithm="NONE"/><Device>
<DeviceId><SerialNo>98765432187</SerialNo></DeviceId>
<Secret SecretAlgorithm="HOTP" SecretId="98765432187"><UserId>bob</UserId><Usage><ResponseFormat format="DECIMAL" length="6"/></Usage>
<Data Name="SECRET"><Value>${base64}</Value></Data><Data Name="COUNTER"><Value>AAAAAAAAAAw=</Value></Data>
</Secret></Device></SecretContainer>`
      const { records, problems } = readSeeds(source, { nowMs })
      expect(problems).to.deep.equal([])
      expect(records[0]).to.include({ user: 'bob', serial: '98765432187', counter: 12, digits: 6 })
    })

    it('reads every key of a device, and refuses what is not for codes', () => {
      const key = (algorithm: string, usage: string) =>
        `<Key KeyAlgorithm="${algorithm}" KeyId="1"><UserId>alice</UserId>${usage}<Data><Secret><PlainValue>${base64}</PlainValue></Secret></Data></Key>`
      const { records, problems } = readSeeds(
        device(
          [
            key('urn:ietf:params:xml:ns:keyprov:pskc#hotp', '<Usage OTP="true"/>'),
            key('urn:ietf:params:xml:ns:keyprov:pskc#hotp', '<Usage CR="true"/>'),
            key('urn:ietf:params:xml:ns:keyprov:pskc#OCRA-1:HOTP-SHA512-8:C-QN08', ''),
          ].join('\n'),
        ),
        { nowMs },
      )
      expect(records).to.have.length(1)
      expect(problems.map(({ line, text }) => `${line}: ${text}`)).to.deep.equal([
        '5: it is not for one-time passwords (KeyUsage CR)',
        '6: the Algorithm of the key is C-QN08, which is neither TOTP nor HOTP',
      ])
    })
  })

  describe('encryption', () => {
    /** RFC 6030 section 6.2, figure 7: password "qwerty". */
    const derived = (
      parameters: string,
    ) => `<pskc:KeyContainer Version="1.0" xmlns:pskc="${pskcUri}">
<pskc:EncryptionKey><xenc11:DerivedKey>
<xenc11:KeyDerivationMethod Algorithm="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2">
<pkcs5:PBKDF2-params>${parameters}</pkcs5:PBKDF2-params></xenc11:KeyDerivationMethod>
<xenc11:MasterKeyName>My Password 1</xenc11:MasterKeyName></xenc11:DerivedKey></pskc:EncryptionKey>
<pskc:MACMethod Algorithm="http://www.w3.org/2000/09/xmldsig#hmac-sha1"><pskc:MACKey>
<xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>
<xenc:CipherData><xenc:CipherValue>
2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dStyOwYZx
</xenc:CipherValue></xenc:CipherData></pskc:MACKey></pskc:MACMethod>
${keyPackage({
  data: `<pskc:Secret><pskc:EncryptedValue Id="ED">
<xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>
<xenc:CipherData><xenc:CipherValue>
oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0RkiafpoDpnoZTjPYZu6V+A4aEn032yCr4f
</xenc:CipherValue></xenc:CipherData></pskc:EncryptedValue>
<pskc:ValueMAC>LP6xMvjtypbfT9PdkJhBZ+D6O4w=</pskc:ValueMAC></pskc:Secret>`,
})}
</pskc:KeyContainer>`
    const parameters =
      '<Salt><Specified>Ej7/PEpyEpw=</Specified></Salt><IterationCount>1000</IterationCount><KeyLength>16</KeyLength><PRF/>'

    it('opens the example of RFC 6030 section 6.2 with its password, and with no other', () => {
      const { records, problems } = readSeeds(derived(parameters), { password: 'qwerty', nowMs })
      expect(problems).to.deep.equal([])
      expect(Buffer.from(records[0]?.seed ?? []).toString()).to.equal(seedText)
      const wrong = readSeeds(derived(parameters), { password: 'qwertz', nowMs })
      expect(wrong.records).to.deep.equal([])
      expect(wrong.problems[0]?.text).to.include('wrong pre-shared key or password')
    })

    const unusable: readonly (readonly [change: readonly [string, string], text: string])[] = [
      [['>1000<', '>99999999999<'], 'the IterationCount of PBKDF2 must be 1 to 10000000'],
      [['>1000<', '>0<'], 'the IterationCount'],
      [['<PRF/>', '<PRF Algorithm="urn:x#hmac-md5"/>'], 'the function hmac-md5 of PBKDF2'],
      [['>16<', '>17<'], 'the KeyLength of PBKDF2'],
      [['Ej7/PEpyEpw=', ''], 'the Salt of PBKDF2'],
    ]
    for (const [[from, to], text] of unusable) {
      it(`refuses a derivation with ${to || 'no salt'}`, () => {
        const source = derived(parameters.replace(from, to))
        const { problems } = readSeeds(source, { password: 'qwerty', nowMs })
        expect(problems[0]?.text).to.include(text)
      })
    }

    /** A container encrypted here, with the cipher of that name. */
    const encrypted = (name: string, cipher: string, key: Uint8Array, ivLength: number) => {
      const iv = cipher.endsWith('wrap') ? Buffer.alloc(8, 0xa6) : Buffer.alloc(ivLength, 5)
      const maker = createCipheriv(cipher, key, iv)
      const secret = cipher.endsWith('wrap') ? seedText.slice(0, 16) : seedText
      const body = Buffer.concat([maker.update(Buffer.from(secret)), maker.final()])
      const sealed = cipher.endsWith('wrap') ? body : Buffer.concat([iv, body])
      const mac = createHmac('sha256', key).update(sealed).digest('base64')
      return `<KeyContainer><EncryptionKey><KeyName>k</KeyName></EncryptionKey>
<MACMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"/>
${keyPackage({
  data: `<Secret><EncryptedValue><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#${name}"/>
<CipherData><CipherValue>${sealed.toString('base64')}</CipherValue></CipherData></EncryptedValue><ValueMAC>${mac}</ValueMAC></Secret>`,
})}</KeyContainer>`
    }
    const siblings: readonly (readonly [string, string, keyBytes: number, ivBytes: number])[] = [
      ['aes192-cbc', 'aes-192-cbc', 24, 16],
      ['aes256-cbc', 'aes-256-cbc', 32, 16],
      ['tripledes-cbc', 'des-ede3-cbc', 24, 8],
      ['kw-aes128', 'id-aes128-wrap', 16, 0],
      ['kw-aes256', 'id-aes256-wrap', 32, 0],
    ]
    for (const [name, cipher, keyBytes, ivBytes] of siblings) {
      it(`opens ${name}, and not with a key of another length`, () => {
        const key = Buffer.from({ length: keyBytes } as ArrayLike<number>).map(
          (_, at) => at * 7 + 1,
        )
        const source = encrypted(name, cipher, key, ivBytes)
        const { records, problems } = readSeeds(source, { preSharedKey: key, nowMs })
        expect(problems).to.deep.equal([])
        expect(seedText).to.satisfy((text: string) =>
          text.startsWith(Buffer.from(records[0]?.seed ?? []).toString()),
        )
        const other = readSeeds(source, { preSharedKey: key.subarray(1), nowMs })
        expect(other.records).to.deep.equal([])
      })
    }

    it('names a cipher and a MAC that are not supported', () => {
      const key = Buffer.alloc(16, 1)
      const source = encrypted('camellia128-cbc', 'aes-128-cbc', key, 16)
      expect(readSeeds(source, { preSharedKey: key, nowMs }).problems[0]).to.deep.equal({
        ...{ line: 5, serial: '987654321' },
        text: 'the Secret cannot be decrypted: the encryption camellia128-cbc is not supported',
      })
      const mac = readSeeds(source.replace('hmac-sha256', 'hmac-md5'), { preSharedKey: key, nowMs })
      expect(mac.problems[0]?.text).to.equal('the MACMethod hmac-md5 is not supported')
    })

    it('refuses a value without its MAC', () => {
      const source = encryptedContainer.replace(/<pskc:ValueMAC>.*<\/pskc:ValueMAC>/, '')
      expect(readSeeds(source, { preSharedKey, nowMs }).problems[0]?.text).to.include(
        'its CipherValue or ValueMAC is missing',
      )
    })
  })

  it('says that a signature is not checked', () => {
    const source = container(`${keyPackage()}<ds:Signature/>`)
    expect(readSeeds(source, { nowMs }).notes).to.deep.equal([
      'the signature of the file is not checked',
    ])
  })

  it('reads ten thousand keys', () => {
    const packages = Array.from({ length: 10_000 }, (_, at) => {
      const secret = Buffer.from(`${seedText}${at}`).toString('base64')
      const data = `<Secret><PlainValue>${secret}</PlainValue></Secret>`
      return keyPackage({ serial: String(10_000_000 + at), user: `user${at}`, data })
    })
    const { records, problems } = readSeeds(container(packages.join('')), { nowMs })
    expect(problems).to.deep.equal([])
    expect(records).to.have.length(10_000)
  })
})
