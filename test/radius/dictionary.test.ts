import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  builtInDictionary,
  createAttributeCipher,
  createDictionary,
  type Dictionary,
  loadDictionary,
  parseDictionary,
  RadiusError,
} from '../../src/radius/index.ts'
import { cpuMsOf } from '../support/cpu-time.ts'
import { codeOf, verifiedRequest } from './packets.ts'

/** Parses one text, with other files by name. */
function parse(text: string, others: Readonly<Record<string, string>> = {}): Dictionary {
  const definitions = parseDictionary([{ fileName: 'own', text }], (fileName) => {
    const other = others[fileName]
    return other === undefined ? undefined : { fileName, text: other }
  })
  return createDictionary(definitions)
}

function mistake(text: string, others: Readonly<Record<string, string>> = {}): string {
  try {
    parse(text, others)
  } catch (error) {
    if (error instanceof RadiusError && error.code === 'dictionary-invalid') return error.message
    throw error
  }
  return 'none'
}

const mistakes: readonly (readonly [text: string, message: string])[] = [
  ['ATRIBUTE Foo 1 string', 'own:1: the line starts with no word of a dictionary'],
  ['BEGIN-VENDR Foo', 'own:1: the line starts with no word of a dictionary'],
  ['\n# fine\nATTRIBUTE Foo', 'own:3: ATTRIBUTE needs a name, a number and a type'],
  ['ATTRIBUTE Foo one string', 'own:1: the second word is not an attribute number'],
  ['ATTRIBUTE Foo 1. string', 'own:1: the second word is not an attribute number'],
  ['ATTRIBUTE Foo 1 strng', 'own:1: the word for the type is not a data type'],
  ['ATTRIBUTE Foo 1 octets[x]', 'own:1: the word for the type is not a data type'],
  ['ATTRIBUTE Foo 1 string encrypt=4', 'own:1: one of these words is neither a flag nor a vendor'],
  ['ATTRIBUTE Foo 1 string Nobody', 'own:1: one of these words is neither a flag nor a vendor'],
  ['ATTRIBUTE Foo 1 string vendor=Nobody', 'own:1: no VENDOR line defines this vendor'],
  [
    'ATTRIBUTE Foo .1 string',
    'own:1: no attribute of type tlv is before a number that starts with a dot',
  ],
  ['VENDORATTR Acme Foo 1 string', 'own:1: VENDORATTR needs the number of a vendor'],
  ['VENDORATTR 9 Foo 1', 'own:1: VENDORATTR needs a name, a number and a type'],
  ['VENDORATTR 9 Foo one string', 'own:1: the third word is not an attribute number'],
  ['MEMBER Foo byte', 'own:1: no attribute of type struct is before MEMBER'],
  ['DEFINE Foo', 'own:1: DEFINE needs a name and a type'],
  ['ENUM Foo nothing', 'own:1: ENUM needs a name and a data type'],
  ['ALIAS Foo', 'own:1: ALIAS needs a name and an attribute'],
  ['VALUE-ALIAS Foo', 'own:1: VALUE-ALIAS needs two attributes'],
  [
    'ATTRIBUTE Foo 1 string\nATTRIBUTE foo 2 string',
    'own:2: an attribute of this name has another number already',
  ],
  [
    'ATTRIBUTE Foo 1.2 string',
    'own:1: the number is inside an attribute that is not defined or holds none',
  ],
  [
    'ATTRIBUTE Foo 1 string\nATTRIBUTE Bar 1.2 string',
    'own:2: the number is inside an attribute that is not defined or holds none',
  ],
  ['ATTRIBUTE Foo 1 integer\nVALUE Foo Bar x', 'own:2: the third word is not a number'],
  [
    'ATTRIBUTE Foo 1 integer\nVALUE Foo Bar',
    'own:2: VALUE needs an attribute, a name and a number',
  ],
  ['VENDOR Acme', 'own:1: VENDOR needs a name and a number'],
  ['VENDOR Acme x', 'own:1: the second word is not a number'],
  ['VENDOR Acme 1\nVENDOR Acme 2', 'own:2: this vendor has another number already'],
  ['VENDOR Acme 1 format=3,1', 'own:1: the last word is not a vendor format'],
  ['BEGIN-VENDOR Acme', 'own:1: no VENDOR line defines this vendor'],
  ['VENDOR Acme 1\nBEGIN-VENDOR Acme', 'own:2: a BEGIN-VENDOR has no END-VENDOR'],
  [
    'VENDOR Acme 1\nBEGIN-VENDOR Acme format=Foo',
    'own:2: the format names no attribute that holds vendors',
  ],
  ['BEGIN Foo', 'own:1: no line before defines this attribute'],
  ['BEGIN PROTOCOL RADIUS 1', 'own:1: a BEGIN-PROTOCOL has no END-PROTOCOL'],
  ['VENDOR Acme 1\nEND-VENDOR Acme', 'own:2: this END-VENDOR ends nothing that is open'],
  [
    'VENDOR Acme 1\nBEGIN-VENDOR Acme\nEND-VENDOR Other',
    'own:3: this END-VENDOR ends nothing that is open',
  ],
  ['BEGIN-TLV Foo', 'own:1: no line before defines this attribute'],
  ['ATTRIBUTE Foo 1 string\nBEGIN-TLV Foo', 'own:2: this attribute is not a tlv'],
  ['FLAGS shiny', 'own:1: one of these words is neither a flag nor a vendor'],
  ['$INCLUDE', 'own:1: $INCLUDE needs a file'],
  ['$INCLUDE missing', 'own:1: the included file cannot be read'],
]

describe('dictionary files', () => {
  for (const [text, message] of mistakes) {
    it(`says where the mistake is: ${message}`, () => expect(mistake(text)).to.equal(message))
  }

  it('says which included file has the mistake', () => {
    expect(mistake('\n$INCLUDE other', { other: '\n\nFOO' })).to.equal(
      'other:3: the line starts with no word of a dictionary',
    )
  })

  it('does not follow a file that includes itself without an end', () => {
    expect(mistake('$INCLUDE loop', { loop: '$INCLUDE loop' })).to.equal(
      'loop:1: $INCLUDE is nested too deep',
    )
  })

  it('takes $INCLUDE-, Windows line ends, tabs, comments, hexadecimal and any case of keywords', () => {
    const dictionary = parse(
      '$INCLUDE- missing\r\nattribute\tFoo\t0x0b\tinteger # a comment\r\nvalue Foo Bar 0x10\r\n',
    )
    expect(dictionary.find('foo')?.path).to.deep.equal([11])
    expect(dictionary.find('FOO')?.nameOf.get(16)).to.equal('Bar')
  })

  it('takes a VALUE before its ATTRIBUTE, and the old way to name a vendor', () => {
    const dictionary = parse('VALUE Foo Bar 1\nVENDOR Acme 99\nATTRIBUTE Foo 2 integer Acme')
    expect(dictionary.find('Foo')).to.deep.include({ path: [26, 99, 2], vendor: 99 })
    expect(dictionary.find('Foo')?.valueNamed.get('bar')).to.equal('1')
  })

  it('shows the first of several names of one number', () => {
    const dictionary = parse('ATTRIBUTE Foo 1 integer\nVALUE Foo New 5\nVALUE Foo Old 5')
    expect(dictionary.find('Foo')?.nameOf.get(5)).to.equal('New')
    expect(dictionary.find('Foo')?.valueNamed.get('old')).to.equal('5')
  })

  it('applies FLAGS to what follows', () => {
    const dictionary = parse(
      'ATTRIBUTE A 1 string\nFLAGS has_tag,encrypt=2\nATTRIBUTE B 2 string\nFLAGS\nATTRIBUTE C 3 string',
    )
    const flags = ['A', 'B', 'C'].map((name) => {
      const definition = dictionary.find(name)
      return [definition?.tagged, definition?.encryption]
    })
    expect(flags).to.deep.equal([
      [false, undefined],
      [true, 'salted'],
      [false, undefined],
    ])
  })

  it('uses the vendor format a file gives, over the one we know', () => {
    const lines = (format: string) =>
      parse(`VENDOR Starent 8164 ${format}
        BEGIN-VENDOR Starent
        ATTRIBUTE SN 2 string
        END-VENDOR Starent`)
    const bytes = (dictionary: Dictionary) =>
      dictionary
        .encode({ name: 'SN', value: 'foo' })
        .map(({ value }) => Buffer.from(value).toString('hex'))
    expect(bytes(lines('format=1,1'))).to.deep.equal(['00001fe40205666f6f'])
    expect(bytes(lines('format=2,2'))).to.deep.equal(['00001fe400020007666f6f'])
    for (const format of ['format=1,1', 'format=2,2', '']) {
      const dictionary = lines(format)
      const [decoded] = dictionary.decode(dictionary.encode({ name: 'SN', value: 'foo' }))
      expect(decoded).to.deep.include({ name: 'SN', value: 'foo' })
    }
  })

  it('cuts the padding of a cipher to the length a file fixes', () => {
    const cipher = createAttributeCipher(verifiedRequest())
    const dictionary = parse('ATTRIBUTE Keys 250 octets[24] encrypt=1')
    const keys = { name: 'Keys', value: Buffer.alloc(24) }
    const [decoded] = dictionary.decode(dictionary.encode(keys, cipher), cipher)
    expect(decoded).to.deep.include({ ...keys, isKnown: true })
  })

  it('tells a file that cannot be read', () => {
    expect(codeOf(() => loadDictionary(['/nowhere/dictionary']))).to.equal('dictionary-invalid')
  })
})

describe('our own dictionaries', () => {
  const dictionary = loadDictionary()

  it('load in less than 30 ms of CPU', () => {
    const times = [1, 2, 3].map(() => cpuMsOf(() => void loadDictionary()))
    expect(Math.min(...times)).to.be.below(30)
  })

  it('include every file of the folder', () => {
    const folder = join(builtInDictionary, '..')
    const included = readFileSync(builtInDictionary, 'utf8')
    for (const file of readdirSync(folder)) {
      if (file !== 'dictionary') expect(included).to.contain(`$INCLUDE ${file}\n`)
    }
  })

  it('take an own file on top', () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-dictionary-'))
    try {
      const own = join(folder, 'own')
      writeFileSync(own, 'VENDOR Acme 32473\n$INCLUDE more\n')
      writeFileSync(
        join(folder, 'more'),
        'BEGIN-VENDOR Acme\nATTRIBUTE Acme-Role 1 string\nEND-VENDOR Acme\n',
      )
      const extended = loadDictionary([builtInDictionary, own])
      expect(extended.size).to.equal(dictionary.size + 1)
      expect(extended.vendorName(32473)).to.equal('Acme')
      const attributes = extended.encode({ name: 'Acme-Role', value: 'admin' })
      expect(extended.decode(attributes)[0]).to.deep.include({ name: 'Acme-Role', value: 'admin' })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  const refused: readonly (readonly [name: string, value: string | number, code: string])[] = [
    ['No-Such-Attribute', 'x', 'attribute-unknown'],
    ['Attr-26.9.', '0x00', 'attribute-unknown'],
    ['Attr-250', 'text', 'value-invalid'],
    ['Attr-26.9.256', '0x00', 'value-invalid'],
    ['Attr-300', '0x00', 'value-invalid'],
    ['Session-Timeout', 'soon', 'value-invalid'],
    ['Session-Timeout', -1, 'value-invalid'],
    ['Session-Timeout', 4294967296, 'value-invalid'],
    ['Session-Timeout', 1.5, 'value-invalid'],
    ['Tunnel-Type', 0x1000000, 'value-invalid'],
    ['Framed-IP-Address', '10.0.0', 'value-invalid'],
    ['Framed-IP-Address', '10.0.0.256', 'value-invalid'],
    ['NAS-IPv6-Address', 'fe80::1%eth0', 'value-invalid'],
    ['Framed-IPv6-Prefix', '2001:db8::/129', 'value-invalid'],
    ['Framed-IPv6-Prefix', '2001:db8::/', 'value-invalid'],
    ['Framed-Interface-Id', '1:2:3:4', 'value-invalid'],
    ['CHAP-Password', '0x00', 'value-invalid'],
    ['State', '0xabc', 'value-invalid'],
    ['Filter-Id', 'x'.repeat(254), 'value-invalid'],
    ['State', 'x'.repeat(254), 'value-invalid'],
    ['Class', 'x'.repeat(254), 'value-invalid'],
    ['Cisco-AVPair', 'x'.repeat(248), 'value-invalid'],
    ['Tunnel-Private-Group-Id', '\x01'.repeat(253), 'value-invalid'],
    ['WiMAX-Capability', 'x', 'value-invalid'],
    ['Vendor-Specific', 'x', 'value-invalid'],
  ]
  for (const [name, value, code] of refused) {
    it(`refuse ${name} = ${String(value).slice(0, 20)}`, () => {
      expect(codeOf(() => dictionary.encode({ name, value }))).to.equal(code)
    })
  }

  it('refuse a TLV with something that does not belong into it', () => {
    const child = { name: 'User-Name', value: 'x' }
    const wrong = [
      { name: 'WiMAX-Capability', value: [child] },
      { name: 'WiMAX-Capability', value: [{ name: 'Attr-26.24757.2.1', value: '0x00' }] },
      { name: 'User-Name', value: [child] },
    ]
    for (const attribute of wrong) {
      expect(codeOf(() => dictionary.encode(attribute))).to.equal('value-invalid')
    }
  })

  it('never puts the value into the message', () => {
    try {
      dictionary.encode({ name: 'Session-Timeout', value: 'hunter2' })
      expect.fail('took it')
    } catch (error) {
      expect(JSON.stringify([String(error), error])).to.not.contain('hunter2')
    }
  })

  it('refuse a tag where none may be, or outside 0..31', () => {
    const encode = (name: string, tag: number) =>
      codeOf(() => dictionary.encode({ name, value: '1', tag }))
    expect(encode('Session-Timeout', 1)).to.equal('value-invalid')
    expect(encode('Tunnel-Type', 32)).to.equal('value-invalid')
    expect(encode('Tunnel-Type', -1)).to.equal('value-invalid')
    expect(encode('Tunnel-Type', 31)).to.equal(undefined)
  })

  it('put a 0 before an untagged text that starts with what could be a tag', () => {
    const [attribute] = dictionary.encode({ name: 'Tunnel-Private-Group-Id', value: '\x01x' })
    expect(attribute?.value).to.deep.equal(Buffer.from('\0\x01x'))
  })

  it('split a long Reply-Message between characters, and NAS-Filter-Rule anywhere', () => {
    const text = `${'a'.repeat(252)}€${'b'.repeat(10)}`
    const parts = dictionary.encode({ name: 'Reply-Message', value: text })
    expect(parts.map(({ value }) => Buffer.from(value).toString())).to.deep.equal([
      'a'.repeat(252),
      `€${'b'.repeat(10)}`,
    ])
    const rules = 'permit in ip from any to any\0'.repeat(20)
    const [decoded] = dictionary.decode(
      dictionary.encode({ name: 'NAS-Filter-Rule', value: rules }),
    )
    expect(decoded?.value).to.equal(rules)
  })
})
