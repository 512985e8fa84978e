import { expect } from 'chai'
import { decodeText, parseUserMap, readSeeds } from '../../../src/operations/seeds/index.ts'

const base32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const seedText = '12345678901234567890'
const hex = Buffer.from(seedText).toString('hex')
const nowMs = Date.UTC(2026, 10, 30)

describe('seed files: lists', () => {
  it('reads columns in any order, quotes, comments, CRLF and a byte order mark', () => {
    const source = `\uFEFFserial,user,seed,label,digits,period\r\n# ours\r\n\r\n1001,alice,${base32.toLowerCase()},"red, ""big""",8,60\r\n`
    const { records, problems } = readSeeds(source, { nowMs })
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
    expect(readSeeds(source, { nowMs }).records[0]).to.deep.include({
      user: 'helga@corp.example',
      serial: '1234567',
      label: 'HardwareKey',
      periodSeconds: 60,
    })
  })

  it('reads semicolons, hex seeds and HOTP counters', () => {
    const source = `user;seed_hex;counter\nbob;${Buffer.from(seedText).toString('hex')};42`
    expect(readSeeds(source, { nowMs }).records[0]).to.deep.include({ method: 'hotp', counter: 42 })
  })

  it('takes persons from a second list where the file names none', () => {
    const map = parseUserMap('serial,user\n1001,alice\n')
    const users = 'users' in map ? map.users : new Map<string, string>()
    const source = `serial,seed\n1001,${base32}\n1002,${'ABCDEFGH'.repeat(4)}`
    const { records, problems } = readSeeds(source, { users, nowMs })
    expect(records[0]?.user).to.equal('alice')
    expect(problems).to.deep.equal([
      {
        ...{ line: 3, serial: '1002' },
        text: 'no user is named for this seed; name one with --users FILE, or import it as a spare token with --spare',
      },
    ])
  })

  it('reports every bad line of a file, in order', () => {
    const source = `user,seed,digits\nalice,${base32},7\nbob,${base32}\ncarol,0189,6\ndave,AAAA,6`
    expect(readSeeds(source, { nowMs }).problems).to.deep.equal([
      { line: 2, text: 'digits must be 6 or 8' },
      { line: 4, text: 'the seed is not base32' },
      { line: 5, text: 'the seed has 2 bytes; 10 to 64 are possible' },
    ])
  })

  it('refuses one seed for two people and one serial for two seeds', () => {
    const other = 'ABCDEFGH'.repeat(4)
    const source = `user,serial,seed\nalice,1,${base32}\nbob,2,${base32}\nalice,1,${other}\nalice,1,${base32}`
    const { records, problems } = readSeeds(source, { nowMs })
    expect(records).to.deep.equal([])
    expect(problems).to.deep.equal([
      { line: 2, serial: '1', text: 'the same seed is on line 3 for another person' },
      { line: 3, serial: '2', text: 'the same seed is on line 2 for another person' },
      { line: 4, serial: '1', text: 'this serial number is on line 2 with another seed' },
      { line: 5, serial: '1', text: 'the same seed is on line 3 for another person' },
    ])
  })

  const garbage: readonly (readonly [what: string, source: string, text: string])[] = [
    ['an empty file', '', 'empty'],
    ['only a heading', 'user,seed\n', 'no seeds'],
    [
      'an unknown column',
      `user,seed,pin\nalice,${base32},1`,
      'column 3 of the heading has no known name',
    ],
    ['a column twice', `user,user,seed\na,b,${base32}`, 'twice'],
    ['two seed columns', `user,seed,seed_hex\na,${base32},00`, 'exactly one of'],
    ['no seed column', 'user\nalice', 'exactly one of'],
    ['an open quote', `user,seed\n"alice,${base32}`, 'quote is not closed'],
    ['text behind a quote', `user,seed\n"al"ice,${base32}`, 'text behind a closing quote'],
    ['binary', '\u0000\u0001\u0002', 'names no columns'],
    [
      'a value in a column without a name',
      `user,seed,,\nalice,${base32},,7`,
      'column 4 has a value',
    ],
    [
      'a last line that is cut off',
      `user,seed,period\nalice,${base32.slice(0, 24)}`,
      'in the middle of this line',
    ],
    [
      'a serial number that is base64',
      `serial,seed\nq7RmW2xYp9Lk4TzB8vNc,${base32}`,
      'the serial number has the form of a seed',
    ],
    [
      'a user that is a seed',
      `user,seed\n${base32},${'ABCDEFGH'.repeat(4)}`,
      'the user has the form of a seed',
    ],
  ]
  for (const [what, source, text] of garbage) {
    it(`refuses ${what}`, () => {
      const { records, problems } = readSeeds(source, { nowMs })
      expect(records).to.have.length(0)
      expect(problems[0]?.text).to.include(text)
    })
  }

  it('never repeats a seed in a message', () => {
    const secret = 'SECRETSECRET0189'
    const { problems } = readSeeds(`user,seed\nalice,${secret}\nbob,"${secret}`, { nowMs })
    expect(JSON.stringify(problems)).to.not.include('SECRET')
  })

  describe('as spreadsheets save them', () => {
    const heading = 'upn,serial number,secret key,time interval,manufacturer,model'
    const line = `alice,1001,${base32},60,Acme,Key`
    const utf16 = (text: string, mark: string) => Buffer.from(mark + text, 'utf16le')
    const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16()
    const files: readonly (readonly [what: string, bytes: string | Buffer])[] = [
      ['empty columns and rows', `${heading},,\n${line},,\n,,,,,,,\n`],
      ['rows without their empty cells', `${heading},,\n${line}\n`],
      ['a line sep=', `sep=;\n${heading}\n${line}\n`.replaceAll(',', ';')],
      ['a line sep= that was saved again', `"sep=,",,,,\r\n${heading}\r\n${line}`],
      [
        'a separator that the first line says and its cells do not',
        `sep=|\n${heading}\n${line}`.replaceAll(',', '|'),
      ],
      ['tabs', `${heading}\n${line}\n`.replaceAll(',', '\t')],
      ['semicolons', `${heading}\n${line}\n`.replaceAll(',', ';')],
      ['a byte order mark', `\uFEFF${heading}\n${line}\n`],
      ['UTF-16', utf16(`${heading}\r\n${line}\r\n`, '\uFEFF')],
      ['UTF-16, the other way round', swapped(utf16(`${heading}\r\n${line}\r\n`, '\uFEFF'))],
      ['UTF-16 without its mark', utf16(`${heading}\r\n${line}\r\n`, '')],
      ['UTF-16 without its mark, the other way round', swapped(utf16(`${heading}\n${line}`, ''))],
      ['line ends of old Macs', `${heading}\r${line}\r`],
      [
        'blanks before and behind quotes',
        `${heading}\nalice, "1001" , "${base32}",60,"Acme, Inc.",Key\n`,
      ],
      ['quotes within', `${heading}\nalice,1001,${base32},60,The "Acme",Key\n`],
      ['numbers marked as text', `${heading}\nalice,="1001",${base32},60,,Key\n`],
      ['numbers marked as text, in quotes', `${heading}\nalice,"=""1001""",${base32},60,,Key\n`],
      ['numbers with an apostrophe', `${heading}\nalice,'1001,${base32},60,,Key\n`],
      ['the name of the table above the heading', `Table 1\n${heading}\n${line}\n`],
      ['titles in cells of their own', `Tokens of 2026,,,,,\n,,,,,\n${heading}\n${line}\n`],
      ['rows that became one cell each', `"${heading}"\n"${line}"\n`],
      [
        'rows that became one cell each, with quotes within',
        `"${heading.replace('model', '""model""')}"\r\n"${line.replace('1001', '""1001""')}"\r\n`,
      ],
      ['whole numbers with decimals', `${heading}\nalice,1001.0,${base32},"60,00",Acme,Key\n`],
      ['characters that are not seen', `\u200b${heading}\n\u202aalice\u202c${line.slice(5)}\n`],
      ['the end of a DOS file', `${heading}\n${line}\n\u001a`],
      ['a heading in capitals', `${heading.toUpperCase()}\n${line}`],
    ]
    for (const [what, bytes] of files) {
      it(`reads ${what}`, () => {
        const { records, problems } = readSeeds(Buffer.from(bytes), { nowMs })
        expect(problems).to.deep.equal([])
        expect(records).to.have.length(1)
        expect(records[0]).to.include({ user: 'alice', serial: '1001', periodSeconds: 60 })
        expect(records[0]?.label).to.equal('Key')
      })
    }

    it('names serial numbers and seeds that a spreadsheet has rounded', () => {
      for (const rounded of ['1.00E+09', '2,6E+12', '1E9']) {
        const { problems } = readSeeds(`${heading}\nalice,"${rounded}",${base32},60,,\n`, { nowMs })
        expect(problems[0]?.text).to.include('the serial number: a spreadsheet has turned it into')
      }
      const { problems } = readSeeds('user,seed_hex\nalice,1.23E+38\n', { nowMs })
      expect(problems[0]?.text).to.include('the seed: a spreadsheet has turned it into')
    })

    it('notes serial numbers that have lost their leading zeros', () => {
      const rows = ['0012345', '0012346', '12347', '1212348'].map(
        (serial, at) => `alice,${serial},${'ABCDEFG'.charAt(at).repeat(32)}`,
      )
      const { records } = readSeeds(`user,serial,seed\n${rows.join('\n')}\n`, { nowMs })
      expect(records.map(({ notes }) => notes.length)).to.deep.equal([0, 0, 1, 0])
      expect(records[2]?.notes[0]).to.include('fewer digits than the others (7)')
    })

    it('names a seed in hex whose leading zero is gone', () => {
      const { problems } = readSeeds(`user,seed_hex\nalice,${hex.slice(1)}\n`, { nowMs })
      expect(problems[0]?.text).to.include('may have taken a leading zero')
    })

    it('reads Windows-1252, and says so', () => {
      const bytes = Buffer.from(`user,seed\njürgen,${base32}\n`, 'latin1')
      const { records, notes } = readSeeds(bytes, { nowMs })
      expect(records[0]?.user).to.equal('jürgen')
      expect(notes?.[0]).to.include('Windows-1252')
    })

    const noLists: readonly (readonly [what: string, bytes: Buffer, text: string])[] = [
      ['a spreadsheet', Buffer.from('PK\u0003\u0004xl/workbook.xml'), 'save the list as CSV'],
      ['a picture', Buffer.from('\x89PNG\r\n', 'latin1'), 'zbarimg'],
      ['an OpenPGP message', Buffer.from('-----BEGIN PGP MESSAGE-----\n'), 'decrypt it first'],
      ['UTF-16 that is cut off', Buffer.from('\uFEFFabc', 'utf16le').subarray(0, 7), 'is damaged'],
      [
        'another character set',
        Buffer.from('<?xml version="1.0" encoding="ebcdic"?><a/>'),
        'character set',
      ],
    ]
    for (const [what, bytes, text] of noLists) {
      it(`says what to do with ${what}`, () => {
        expect(readSeeds(bytes, { nowMs }).problems[0]?.text).to.include(text)
      })
    }

    it('reads XML in UTF-16 and in the character set it declares', () => {
      const utf16 = decodeText(
        Buffer.from('\uFEFF<?xml version="1.0" encoding="UTF-16"?><a/>', 'utf16le'),
      )
      expect(utf16).to.include({ text: '<?xml version="1.0" encoding="UTF-16"?><a/>' })
      const saved = decodeText(Buffer.from('<?xml version="1.0" encoding="utf-16"?><a>é</a>'))
      expect(saved).to.have.property('text').that.includes('<a>é</a>')
      const latin = decodeText(
        Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>', 'latin1'),
      )
      expect(latin).to.have.property('text').that.includes('<a>é</a>')
    })
  })

  describe('without a heading', () => {
    it('takes columns whose content leaves no doubt', () => {
      const source = `2600135004013,${hex.toUpperCase()},totp,8,60,helga@corp.example\n2600135004014,${'a1b9'.repeat(10)}, hotp,6\n`
      const { records, problems } = readSeeds(source, {
        nowMs,
        users: new Map([['2600135004014', 'bob']]),
      })
      expect(problems).to.deep.equal([])
      expect(records.map(({ line, user, serial }) => ({ line, user, serial }))).to.deep.equal([
        { line: 1, user: 'helga@corp.example', serial: '2600135004013' },
        { line: 2, user: 'bob', serial: '2600135004014' },
      ])
      expect(records[0]).to.include({ method: 'totp', digits: 8, periodSeconds: 60 })
      expect(Buffer.from(records[0]?.seed ?? []).toString('hex')).to.equal(hex)
    })

    const clear: readonly (readonly [what: string, source: string])[] = [
      ['user, serial number, seed', `alice,1001,${base32}`],
      ['a seed in hex first, and the serial number as text', `${hex};="1001";alice`],
      ['the order of the list for Microsoft Entra', `alice,1001,${base32},30,Acme,Key`],
    ]
    for (const [what, source] of clear) {
      it(`takes ${what}`, () => {
        const { records, problems } = readSeeds(source, { nowMs })
        expect(problems).to.deep.equal([])
        expect(records[0]).to.include({ user: 'alice', serial: '1001' })
        expect(Buffer.from(records[0]?.seed ?? []).toString()).to.equal(seedText)
      })
    }

    it('takes serial numbers of few digits, and names alone', () => {
      const users = new Map([['1001', 'bob']])
      expect(readSeeds(`1001,${hex}`, { nowMs, users }).records[0]?.user).to.equal('bob')
      expect(readSeeds(`alice,${base32}`, { nowMs }).records[0]?.user).to.equal('alice')
    })

    const unclear: readonly (readonly [what: string, source: string])[] = [
      ['names, numbers and another column', `${base32},alice,1005,Acme`],
      ['names that are the same', `${base32},Acme,1005\n${'ABCDEFGH'.repeat(4)},Acme,1006`],
      ['a seed that is hex and base32', `alice@corp.example,${'A2B3C4D5'.repeat(4)}`],
      ['names that could be serial numbers', `alice7,${base32}\nbob7,${'ABCDEFGH'.repeat(4)}`],
      ['two seeds', `1234567,${base32},${hex}`],
      ['no seed', 'alice@corp.example,1234567'],
      ['a serial number twice', `1234567,${base32}\n1234567,${'ABCDEFGH'.repeat(4)}`],
    ]
    for (const [what, source] of unclear) {
      it(`asks for the columns where there are ${what}`, () => {
        const { records, problems } = readSeeds(source, { nowMs })
        expect(records).to.deep.equal([])
        expect(problems[0]?.text).to.include('--columns serial,user,seed')
      })
    }

    it('takes the columns that are named, and leaves some out', () => {
      const options = { nowMs, columns: 'seed_hex, user, -, serial' }
      const { records, problems } = readSeeds(`${hex},alice,red,1005\n`, options)
      expect(problems).to.deep.equal([])
      expect(records[0]).to.include({ user: 'alice', serial: '1005' })
    })

    it('takes named columns in place of a heading', () => {
      const source = `who,serial number,key\nalice,1005,${base32}\n`
      expect(readSeeds(source, { nowMs }).problems[0]?.text).to.include('column 1 of the heading')
      const options = { nowMs, columns: 'user,serial,secret' }
      expect(readSeeds(source, options).records[0]).to.include({ user: 'alice', serial: '1005' })
    })

    it('names what is wrong in the names of columns', () => {
      const columns = (names: string) =>
        readSeeds('a,b\n', { nowMs, columns: names }).problems[0]?.text
      expect(columns('user,pin,seed')).to.include('column 2 in --columns has no known name')
      expect(columns('user,serial')).to.include('exactly one of')
      expect(columns('user,user,seed')).to.include('twice')
    })
  })

  it('takes what is set for all where the list is silent, and the list where it is not', () => {
    const source = `user,seed,digits\nalice,${base32},\nbob,${'ABCDEFGH'.repeat(4)},6\n`
    const defaults = { digits: '8', period: '60', algorithm: 'sha256' }
    const { records } = readSeeds(source, { nowMs, defaults })
    expect(records[0]).to.include({ digits: 8, periodSeconds: 60, algorithm: 'sha256' })
    expect(records[1]).to.include({ digits: 6, periodSeconds: 60 })
  })

  it('reads hex in a column called seed where it can be nothing else', () => {
    const { records } = readSeeds(`user,secret\nalice,${hex}\n`, { nowMs })
    expect(Buffer.from(records[0]?.seed ?? []).toString()).to.equal(seedText)
    const { problems } = readSeeds(`user,secret\nalice,${hex}\nbob,${base32}\n`, { nowMs })
    expect(problems[0]?.text).to.equal(
      'the seed is not base32; if it is hex, name the column seed_hex',
    )
  })

  describe('of users', () => {
    const users = (source: string) => {
      const map = parseUserMap(source)
      return 'users' in map ? [...map.users] : map.text
    }

    it('takes columns in the order of the heading, others beside them, and no heading', () => {
      const expected = [['1001', 'alice']]
      expect(users('upn;serial number;phone\nalice;1001;+31612345678\n')).to.deep.equal(expected)
      expect(users('1001,alice\n,,\n')).to.deep.equal(expected)
    })

    it('refuses rounded numbers and lines that are not pairs', () => {
      expect(users('serial,user\n1.00E+09,alice\n')).to.include('a spreadsheet has turned it into')
      expect(users('serial,user\n1001,\n')).to.equal('expected serial,user')
      expect(users('serial,phone\n1001,1\n')).to.include('has to name the columns serial and user')
    })

    it('refuses a token for which the file names another user', () => {
      const options = { nowMs, users: new Map([['1001', 'bob']]) }
      const { problems } = readSeeds(`user,serial,seed\nalice,1001,${base32}\n`, options)
      expect(problems[0]?.text).to.include('name two users for this serial number')
      const same = { nowMs, users: new Map([['1001', 'ALICE']]) }
      const { records } = readSeeds(`user,serial,seed\nalice,1001,${base32}\n`, same)
      expect(records).to.have.length(1)
    })

    it('tells a serial number that differs by leading zeros, and names that are left over', () => {
      const options = { nowMs, users: new Map([['1001', 'alice']]) }
      const { problems, notes } = readSeeds(`serial,seed\n001001,${base32}\n`, options)
      expect(problems[0]?.text).to.include('differs only in leading zeros')
      expect(notes).to.deep.equal([
        'serial numbers in the list of users that this file does not have: 1',
      ])
    })
  })

  it('reads ten thousand rows', () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => {
      const seed = Buffer.from(`${seedText}${at}`).toString('hex')
      return `user${at},${20_000_000 + at},${seed}`
    })
    const { records, problems } = readSeeds(`user,serial,seed_hex\n${rows.join('\n')}\n`, { nowMs })
    expect(problems).to.deep.equal([])
    expect(records).to.have.length(10_000)
  })
})
