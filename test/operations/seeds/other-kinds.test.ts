import { expect } from 'chai'
import { readSeeds } from '../../../src/operations/seeds/index.ts'

const base32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const hex = Buffer.from('12345678901234567890').toString('hex')
const nowMs = Date.UTC(2026, 10, 30)
const read = (source: string, options: Partial<Parameters<typeof readSeeds>[1]> = {}) =>
  readSeeds(source, { nowMs, ...options })
const texts = (source: string) => read(source).problems.map(({ line, text }) => `${line}: ${text}`)

describe('seed files: logs of YubiKeys', () => {
  const users = new Map([
    ['508327', 'alice'],
    ['ubhe00000001', 'bob'],
    ['1382042', 'carol'],
  ])

  it('reads the OATH-HOTP lines of the traditional format', () => {
    const { records, problems } = read(
      `LOGGING START,11.12.13 18:55
OATH-HOTP,11.12.13 18:55,1,ubhe00000001,,${hex},,,1,1,0,8,4096,0,0,0,0,0
Configuration Update,11.12.13 18:56,1,,,,,,0,0,0,0,0,0,0,0,0,0
`,
      { users },
    )
    expect(problems).to.deep.equal([])
    expect(records[0]).to.deep.include({
      ...{ line: 2, user: 'bob', serial: 'ubhe00000001', label: 'YubiKey', method: 'hotp' },
      ...{ digits: 8, counter: 4096 },
    })
    expect(records[0]?.notes[0]).to.include('types its identifier before each code')
  })

  it('finds the columns after a date with a comma', () => {
    const line = `OATH-HOTP,4/1/13, 12:00 PM,1,,,${hex},,,0,0,0,6,7,0,0,0,0,0`
    expect(read(line, { defaults: { user: 'alice' } }).records[0]).to.include({ counter: 7 })
  })

  it('reads the OATH-HOTP lines of Yubico’s format, and asks for the digits', () => {
    const { records } = read(
      `508327,,0,${hex},,2013-12-12T08:41:07,\n1382042,,3,${'ab'.repeat(20)},000000000000,2013-12-12T08:41:17,\n`,
      { users },
    )
    expect(records.map(({ user, counter }) => [user, counter])).to.deep.equal([
      ['alice', 0],
      ['carol', 3],
    ])
    expect(records[0]?.notes).to.deep.equal([
      'its log does not say how many digits the codes have; 6 assumed, otherwise use --set digits=8',
    ])
  })

  it('refuses what was written for other uses, by name', () => {
    const key = 'ab86c04de6a3d26a7c0f85fdda28bd81'
    const problems = texts(
      `Yubico OTP,11.12.13 18:55,1,vvgutbiedkvi,ab86c04de6a3,${key},,,0,0,0,0,0,0,0,0,0,0
Static Password: Short,11.12.13 18:55,1,,d5a3d50327dc,${key},,,0,0,0,0,0,0,0,0,0,0
Challenge-Response: HMAC-SHA1,11.12.13 18:55,2,,,${hex},,,0,0,0,0,0,0,0,0,0,1
508328,vvcccccccccb,16e60d67f0b5,${key},000000000000,2013-04-01T12:00:00,
508329,,,${key},,2013-12-12T08:44:34,
`,
    )
    expect(
      problems.map((text) => text.replace(', which is not supported; write it for OATH-HOTP', '')),
    ).to.deep.equal([
      '1: the slot was written for Yubico OTP',
      '2: the slot was written for a static password',
      '3: the slot was written for challenge and response',
      '4: the slot was written for Yubico OTP',
      '5: the slot was written for a static password',
    ])
    expect(problems.join()).to.not.include(key).and.not.include(hex)
  })
})

describe('seed files: SafeNet', () => {
  const token = (application: string, serial = 'serial="GALT11420104"') => `<Tokens>
<Token ${serial}><CaseModel>5</CaseModel><Model>101</Model>
<ProductionDate>02/19/2009</ProductionDate><ProductName>eToken PASS</ProductName>
<Applications><Application ConnectorID="{ab1397d2-ddb6-4705-b66e-9f83f322deb9}">
${application}
</Application></Applications></Token>
</Tokens>`
  const counting = `<Seed>${hex}</Seed><MovingFactor>1</MovingFactor>`
  const users = new Map([['GALT11420104', 'alice']])

  it('reads tokens with their serial number, seed in hex and counter', () => {
    const { records, problems } = read(token(counting), { users })
    expect(problems).to.deep.equal([])
    expect(records[0]).to.deep.include({
      ...{ user: 'alice', serial: 'GALT11420104', label: 'eToken PASS', method: 'hotp' },
      ...{ counter: 1, digits: 6, algorithm: 'sha1' },
    })
  })

  it('takes what the file does not say from what is set', () => {
    const defaults = { method: 'totp', period: '60', algorithm: 'sha256' }
    const { records } = read(token(`<Seed>${'a1'.repeat(32)}</Seed>`), { users, defaults })
    expect(records[0]).to.include({ method: 'totp', periodSeconds: 60, algorithm: 'sha256' })
  })

  const refused: readonly (readonly [what: string, source: string, text: string])[] = [
    ['no moving factor', token(`<Seed>${hex}</Seed>`), '--set method=totp'],
    [
      'a seed for another hash',
      token(`<Seed>${'a1'.repeat(32)}</Seed><MovingFactor>1</MovingFactor>`),
      '--set algorithm=sha256',
    ],
    ['no hex', token('<Seed>xyz</Seed><MovingFactor>1</MovingFactor>'), 'the Seed is not hex'],
    ['no serial number', token(counting, ''), 'has no serial number'],
    ['another element', token(`${counting}<Pin>1</Pin>`), 'an element that is not supported'],
    ['no token', '<Tokens></Tokens>', 'there is no Token in it'],
    ['no application', '<Tokens><Token serial="1"/></Tokens>', 'there is no Application'],
  ]
  for (const [what, source, text] of refused) {
    it(`refuses ${what}`, () => {
      const { records, problems } = read(source, { users })
      expect(records).to.deep.equal([])
      expect(problems[0]?.text).to.include(text)
      expect(JSON.stringify(problems)).to.not.include(hex)
    })
  }
})

describe('seed files: links for apps', () => {
  it('reads otpauth links with all that they may say, comments between them', () => {
    const { records, problems } = read(`# exported
otpauth://totp/Acme:alice%40corp.example?secret=${base32}&issuer=Acme&algorithm=SHA256&digits=8&period=60

otpauth://hotp/bob?secret=${base32.toLowerCase().replace('q', 'r')}&counter=42&image=https%3A%2F%2Facme.example%2Flogo.png
`)
    expect(problems).to.deep.equal([])
    expect(records).to.have.length(2)
    expect(records[0]).to.deep.include({
      ...{ line: 2, user: 'alice@corp.example', label: 'Acme', method: 'totp' },
      ...{ algorithm: 'sha256', digits: 8, periodSeconds: 60 },
    })
    expect(records[1]).to.include({ line: 4, user: 'bob', method: 'hotp', counter: 42 })
  })

  const refused: readonly (readonly [what: string, uri: string, text: string])[] = [
    ['Steam', `otpauth://steam/alice?secret=${base32}`, 'neither for totp nor for hotp'],
    ['no secret', 'otpauth://totp/alice', 'not base32'],
    ['a parameter twice', `otpauth://totp/alice?secret=${base32}&secret=${base32}`, 'twice'],
    ['an unknown parameter', `otpauth://totp/alice?secret=${base32}&pin=1`, 'not supported'],
    ['MD5', `otpauth://totp/alice?secret=${base32}&algorithm=MD5`, 'algorithm must be'],
    ['ten seconds', `otpauth://totp/alice?secret=${base32}&period=10`, '30 or 60'],
    ['no user', `otpauth://totp/?secret=${base32}`, 'no user is named'],
    ['other text', `otpauth://totp/alice?secret=${base32}\nhello`, 'not an otpauth:// link'],
  ]
  for (const [what, uri, text] of refused) {
    it(`refuses ${what}`, () => {
      const { problems } = read(uri)
      expect(problems[0]?.text).to.include(text)
      expect(JSON.stringify(problems)).to.not.include(base32)
    })
  }

  describe('of Google Authenticator', () => {
    /** Published as an example by several readers of this format: key "Hello!\xde\xad\xbe\xef". */
    const published =
      'otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC'

    const field = (number: number, value: number | Buffer) =>
      typeof value === 'number'
        ? Buffer.from([number << 3, value])
        : Buffer.concat([Buffer.from([(number << 3) | 2, value.length]), value])
    const account = (name: string, changes: readonly Buffer[] = []) =>
      Buffer.concat([
        field(1, Buffer.from(`0123456789 ${name}`)),
        field(2, Buffer.from(`Acme:${name}`)),
        field(3, Buffer.from('Acme')),
        field(4, 1),
        field(5, 1),
        field(6, 2),
        ...changes,
      ])
    const link = (
      accounts: readonly Buffer[],
      batch?: readonly [size: number, index: number, id: number],
    ) => {
      const [size = 1, index = 0, id = 9] = batch ?? []
      const parts = accounts.map((each) => field(1, each))
      const payload = Buffer.concat([
        ...parts,
        field(2, 1),
        field(3, size),
        field(4, index),
        field(5, id),
      ])
      return `otpauth-migration://offline?data=${encodeURIComponent(payload.toString('base64'))}`
    }

    it('reads the example that is published', () => {
      const { records, problems } = read(published)
      expect(problems).to.deep.equal([])
      expect(records[0]).to.deep.include({
        ...{ user: 'alice@google.com', label: 'Example', method: 'totp', algorithm: 'sha1' },
        ...{
          digits: 6,
          periodSeconds: 30,
          seed: new Uint8Array(Buffer.from('48656c6c6f21deadbeef', 'hex')),
        },
      })
    })

    it('reads several accounts and several links, and what each says', () => {
      const changes = [field(4, 3), field(5, 2), field(6, 1), field(7, 42)]
      const { records, problems } = read(
        [
          link([account('alice'), account('bob', changes)], [2, 0, 7]),
          link([account('carol')], [2, 1, 7]),
        ].join('\n'),
      )
      expect(problems).to.deep.equal([])
      expect(records.map(({ line, user }) => [line, user])).to.deep.equal([
        [1, 'alice'],
        [1, 'bob'],
        [2, 'carol'],
      ])
      expect(records[1]).to.include({ algorithm: 'sha512', digits: 8, method: 'hotp', counter: 42 })
    })

    it('takes what zbarimg prints in front of a link, and quotes around it', () => {
      for (const source of [`QR-Code:${published}`, `"${published}"`]) {
        expect(readSeeds(source, { nowMs }).problems).to.deep.equal([])
      }
    })

    it('tells which links of an export are missing', () => {
      expect(texts(link([account('alice')], [4, 1, 7]))).to.deep.equal([
        '1: the export has 4 QR codes, of which 1, 3, 4 are not in this file',
      ])
    })

    it('takes data without padding, in the other alphabet, or with blanks for plus signs', () => {
      const whole = link([account('alice', [field(2, Buffer.from('Acme:???>>>~~~'))])])
      const data = decodeURIComponent(whole.split('=')[1] ?? '') + '='.repeat(0)
      const start = 'otpauth-migration://offline?data='
      for (const form of [
        data.replace(/=+$/, ''),
        data.replaceAll('+', '-').replaceAll('/', '_'),
        data.replaceAll('+', ' '),
      ]) {
        expect(read(start + form).records, form).to.have.length(1)
      }
    })

    it('refuses MD5, unknown kinds and damaged data by name', () => {
      expect(texts(link([account('alice', [field(4, 4)])]))[0]).to.include('MD5')
      expect(texts(link([account('alice', [field(5, 3)])]))[0]).to.include('length')
      expect(texts(link([account('alice', [field(6, 3)])]))[0]).to.include('neither TOTP nor HOTP')
      expect(texts(link([Buffer.from([0x0a, 0x7f, 1])]))[0]).to.include('damaged')
      expect(texts(link([account('alice')], [2, 5, 7]))[0]).to.include('impossible')
      for (const data of ['', 'AAAA', '%%%', '////////////////', published.slice(33, 60)]) {
        const problems = texts(`otpauth-migration://offline?data=${data}`)
        expect(problems[0], data).to.match(/not a whole link|no accounts/)
      }
    })
  })
})
