import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import {
  builtInDictionary,
  createAttributeCipher,
  createDictionary,
  type Dictionary,
  loadDictionary,
  parseDictionary,
} from '../../src/radius/index.ts'
import { verifiedRequest } from './packets.ts'

/** On top of our own, as `dictionaries:` has it. */
function withOurs(text: string): Dictionary {
  const read = (fileName: string) => ({ fileName, text: readFileSync(fileName, 'utf8') })
  const files = [read(builtInDictionary), { fileName: 'own', text }]
  return createDictionary(
    parseDictionary(files, (name) => read(join(dirname(builtInDictionary), name))),
  )
}

type Sent = readonly [name: string, value: string | number, hex: string, tag?: number]

function send(dictionary: Dictionary, name: string, value: string | number, tag?: number) {
  return dictionary.encode({ name, value, ...(tag === undefined ? {} : { tag }) })
}

function hex(dictionary: Dictionary, name: string, value: string | number, tag?: number): string {
  return send(dictionary, name, value, tag)
    .map((each) => `${each.type}:${Buffer.from(each.value).toString('hex')}`)
    .join(' ')
}

/** Vendor 65001 is 0000fde9. */
const acme = (lines: string) => `VENDOR Acme 65001\nBEGIN-VENDOR Acme\n${lines}\nEND-VENDOR Acme\n`

type Sample = {
  readonly of: string
  readonly text: string
  /** Name, value, what goes out; a tag. */
  readonly sends: readonly Sent[]
}

const samples: readonly Sample[] = [
  {
    of: 'bool of FreeRADIUS 3.2.9',
    text: acme('ATTRIBUTE Acme-Flag 2 bool'),
    sends: [
      ['Acme-Flag', 'yes', '26:0000fde9020301'],
      ['Acme-Flag', 'false', '26:0000fde9020300'],
      ['Acme-Flag', 1, '26:0000fde9020301'],
    ],
  },
  {
    of: 'numbers of every size',
    text: acme(
      [
        'ATTRIBUTE A1 1 byte\nATTRIBUTE A2 2 uint8\nATTRIBUTE A3 3 short\nATTRIBUTE A4 4 uint16',
        'ATTRIBUTE A5 5 uint32\nATTRIBUTE A6 6 uint64\nATTRIBUTE A7 7 int8\nATTRIBUTE A8 8 int16',
        'ATTRIBUTE A9 9 int32\nATTRIBUTE A10 10 int64\nATTRIBUTE A11 11 time_delta',
      ].join('\n'),
    ),
    sends: [
      ['A1', 255, '26:0000fde90103ff'],
      ['A2', 7, '26:0000fde9020307'],
      ['A3', 258, '26:0000fde903040102'],
      ['A4', 258, '26:0000fde904040102'],
      ['A5', 258, '26:0000fde9050600000102'],
      ['A6', '18446744073709551615', '26:0000fde9060affffffffffffffff'],
      ['A7', -1, '26:0000fde90703ff'],
      ['A8', -2, '26:0000fde90804fffe'],
      ['A9', -2, '26:0000fde90906fffffffe'],
      ['A10', -2, '26:0000fde90a0afffffffffffffffe'],
      ['A11', 90, '26:0000fde90b060000005a'],
    ],
  },
  {
    of: 'VALUE with 64 bits, and for an address',
    text: `${acme('ATTRIBUTE Acme-Mask 1 integer64\nVALUE Acme-Mask All 0xffffffffffffffff\nATTRIBUTE Acme-Net 2 ipaddr')}VALUE Acme-Net Everywhere 255.255.255.255`,
    sends: [
      ['Acme-Mask', 'all', '26:0000fde9010affffffffffffffff'],
      ['Acme-Net', 'Everywhere', '26:0000fde90206ffffffff'],
    ],
  },
  {
    of: 'addresses',
    text: acme(
      [
        'ATTRIBUTE A1 1 combo-ip\nATTRIBUTE A2 2 cidr\nATTRIBUTE A3 3 ipv4addr\nATTRIBUTE A4 4 ether',
        'ATTRIBUTE A5 5 ifid\nATTRIBUTE A6 6 ipv6prefix array',
      ].join('\n'),
    ),
    sends: [
      ['A1', '10.0.0.1', '26:0000fde901060a000001'],
      ['A1', '2001:db8::1', '26:0000fde9011220010db8000000000000000000000001'],
      ['A2', '10.1.0.0/16', '26:0000fde9020800100a010000'],
      ['A3', '10.0.0.1', '26:0000fde903060a000001'],
      ['A4', '00:11:22:33:44:55', '26:0000fde90408001122334455'],
      ['A5', '0001:0002:0003:0004', '26:0000fde9050a0001000200030004'],
      ['A6', '2001:db8::/32', '26:0000fde90608002020010db8'],
    ],
  },
  {
    of: 'flags that say nothing about the wire',
    text: acme(
      'ATTRIBUTE Acme-A 1 string secret,array\nATTRIBUTE Acme-B 2 uint32 counter\nATTRIBUTE Acme-C 3 string unsafe',
    ),
    sends: [
      ['Acme-A', 'x', '26:0000fde9010378'],
      ['Acme-B', 1, '26:0000fde9020600000001'],
      ['Acme-C', 'x', '26:0000fde9030378'],
    ],
  },
  {
    of: 'a TLV as BEGIN-TLV, BEGIN, with numbers from the top and with a dot in front',
    text: `${acme(
      [
        'ATTRIBUTE T1 1 tlv\nBEGIN-TLV T1\nATTRIBUTE T1-A 1 string\nEND-TLV T1',
        'ATTRIBUTE T2 2 tlv\nBEGIN T2\nATTRIBUTE T2-A 1 string\nEND T2',
        'ATTRIBUTE T3 3 tlv\nATTRIBUTE T3-A .1 string\nATTRIBUTE T3-B .2 tlv\nATTRIBUTE T3-C .2.1 byte',
        'ATTRIBUTE T4 4 tlv\nATTRIBUTE T4-A 4.1 string',
      ].join('\n'),
    )}ATTRIBUTE Acme-Five 26.65001.5 string\n`,
    sends: [
      ['T1-A', 'x', '26:0000fde90105010378'],
      ['T2-A', 'x', '26:0000fde90205010378'],
      ['T3-A', 'x', '26:0000fde90305010378'],
      ['T3-C', 7, '26:0000fde9030702050103' + '07'],
      ['T4-A', 'x', '26:0000fde90405010378'],
      ['Acme-Five', 'x', '26:0000fde9050378'],
    ],
  },
  {
    of: 'vendors in an attribute of RFC 6929',
    text: [
      'VENDOR Acme 65001\nBEGIN-VENDOR Acme format=Extended-Vendor-Specific-1',
      'ATTRIBUTE Acme-One 1 string\nEND-VENDOR Acme',
      'BEGIN-VENDOR Acme parent=.Extended-Attribute-5.Vendor-Specific',
      'ATTRIBUTE Two 2 string\nEND-VENDOR Acme',
      'ATTRIBUTE Extended-Attribute-2 242 tlv extended\nATTRIBUTE Vendor-Specific .26 vsa',
    ].join('\n'),
    sends: [
      ['Acme-One', 'x', '241:1a0000fde90178'],
      ['Two', 'x', '245:1a000000fde90278'],
      ['Extended-Attribute-5.Vendor-Specific.Acme.Two', 'x', '245:1a000000fde90278'],
    ],
  },
  {
    of: 'names below names, and ALIAS, of FreeRADIUS 4',
    text: `BEGIN PROTOCOL RADIUS 1 verify=lib
      ALIAS Acme-Group 26.65001.3
      ${acme('ATTRIBUTE Role 1 string\nATTRIBUTE NAS-Port 2 string\nATTRIBUTE Group 3 string\nALIAS Old-Role .Role')}
      ALIAS Acme-Role Vendor-Specific.Acme.Role
      ALIAS Acme Vendor-Specific.Acme
      ALIAS Acme-Port Acme.NAS-Port
      END-PROTOCOL RADIUS`,
    sends: [
      ['Role', 'x', '26:0000fde9010378'],
      ['Acme.Role', 'x', '26:0000fde9010378'],
      ['Vendor-Specific.Acme.Old-Role', 'x', '26:0000fde9010378'],
      ['acme-role', 'x', '26:0000fde9010378'],
      ['NAS-Port', 7, '5:00000007'],
      ['Acme.NAS-Port', 'x', '26:0000fde9020378'],
      ['Acme-Port', 'x', '26:0000fde9020378'],
      ['Acme-Group', 'x', '26:0000fde9030378'],
    ],
  },
  {
    of: 'an ALIAS that is the name itself, as long names of version 3 are',
    text: `${acme('ATTRIBUTE Acme-Role 1 string')}ALIAS Acme-Role Vendor-Specific.Acme.Role\n`,
    sends: [
      ['Acme-Role', 'x', '26:0000fde9010378'],
      ['Vendor-Specific.Cisco.AVPair', 'x', '26:00000009010378'],
    ],
  },
  {
    of: 'ENUM, enum= and VALUE-ALIAS',
    text: `ENUM Colour uint32\nVALUE Colour Red 1\nVALUE Colour Blue 2\n${acme(
      'ATTRIBUTE Lamp 1 uint32 enum=Colour\nATTRIBUTE Roof 2 byte enum=@.Colour\nATTRIBUTE Wall 3 integer',
    )}VALUE-ALIAS Wall Lamp\n`,
    sends: [
      ['Lamp', 'Blue', '26:0000fde9010600000002'],
      ['Roof', 'Red', '26:0000fde9020301'],
      ['Wall', 'Blue', '26:0000fde9030600000002'],
    ],
  },
  {
    of: 'clone=',
    text: acme(
      [
        'ATTRIBUTE First 1 tlv\nATTRIBUTE Kind .1 uint32\nVALUE Kind Small 5',
        'ATTRIBUTE Second 2 tlv clone=.First\nATTRIBUTE Third 3 tlv clone=Second',
      ].join('\n'),
    ),
    sends: [
      ['Kind', 'Small', '26:0000fde90108010600000005'],
      ['Acme.Second.Kind', 'Small', '26:0000fde90208010600000005'],
      ['Acme.Third.Kind', 'small', '26:0000fde90308010600000005'],
    ],
  },
  {
    of: 'VALUE of one of several attributes of one name',
    text: acme(
      [
        'ATTRIBUTE First 1 tlv\nATTRIBUTE Kind .1 uint32\nVALUE Kind Small 5',
        'ATTRIBUTE Second 2 tlv\nATTRIBUTE Kind .1 uint32\nVALUE Kind Small 6',
      ].join('\n'),
    ),
    sends: [
      ['Acme.First.Kind', 'Small', '26:0000fde90108010600000005'],
      ['Acme.Second.Kind', 'Small', '26:0000fde90208010600000006'],
    ],
  },
  {
    of: 'a time in another size',
    text: acme('ATTRIBUTE Wait 1 time_delta precision=seconds,subtype=uint16'),
    sends: [['Wait', 90, '26:0000fde90104005a']],
  },
  {
    of: 'vendor= of radiusclient, and the name of a vendor behind the type',
    text: [
      'VENDOR Acme 65001\nATTRIBUTE Acme-Old 4 string vendor=Acme',
      'ATTRIBUTE Acme-Older 5 integer Acme\nVALUE Acme-Older On 1',
      'ATTRIBUTE Acme-Net 6 ipv6addr vendor=Acme\nATTRIBUTE Acme-Day 7 date vendor=Acme',
      'BEGIN-VENDOR Acme\nATTRIBUTE Acme-Twice 8 string vendor=Acme\nEND-VENDOR Acme',
      'ATTRIBUTE Acme-Tagged 9 string Acme,has_tag',
    ].join('\n'),
    sends: [
      ['Acme-Old', 'x', '26:0000fde9040378'],
      ['Acme-Older', 'On', '26:0000fde9050600000001'],
      ['Acme-Net', '::1', '26:0000fde9061200000000000000000000000000000001'],
      ['Acme-Day', 1, '26:0000fde9070600000001'],
      ['Acme-Twice', 'x', '26:0000fde9080378'],
      ['Acme-Tagged', 'x', '26:0000fde909040278', 2],
    ],
  },
  {
    of: 'Radiator',
    text: [
      'VENDOR Acme 65001',
      'VENDORATTR 65001 Acme-Text 0x0a string\nVENDORATTR 65001 Acme-Octal 013 text',
      'VENDORATTR 65001 Acme-Tag 12 tagged-integer\nVENDORATTR 65001 Acme-Tag-Text 13 tagged-string',
      'VENDORATTR 65001 Acme-Flag 14 boolean\nVENDORATTR 65001 Acme-Bytes 15 hexadecimal',
      'VENDORATTR 65001 Acme-Kind 16 integer\nVALUE Acme-Kind Big 3',
      'VENDORVALUE 65001 Acme-Kind Small 2',
      'VENDORATTR 65001 Acme-V6 17 ipaddrv6\nVENDORATTR 65001 Acme-Both 18 ipaddrv4v6',
      'VENDORATTR 65001 Acme-I8 19 integer8\nVENDORATTR 65001 Acme-I16 20 integer16',
      'VENDORATTR 65001 Acme-Signed 21 signed-integer\nVENDORATTR 65001 Acme-Binary 22 binary',
      'VENDORATTR 65002 Other-Text 1 string',
    ].join('\n'),
    sends: [
      ['Acme-Text', 'x', '26:0000fde90a0378'],
      ['Acme-Octal', 'x', '26:0000fde90b0378'],
      ['Acme-Tag', 5, '26:0000fde90c0601000005', 1],
      ['Acme-Tag-Text', 'x', '26:0000fde90d040178', 1],
      ['Acme-Flag', 1, '26:0000fde90e0301'],
      ['Acme-Bytes', '0x0102', '26:0000fde90f040102'],
      ['Acme-Kind', 'Big', '26:0000fde9100600000003'],
      ['Acme-Kind', 'Small', '26:0000fde9100600000002'],
      ['Acme-V6', '::1', '26:0000fde9111200000000000000000000000000000001'],
      ['Acme-Both', '10.0.0.1', '26:0000fde912060a000001'],
      ['Acme-I8', 1, '26:0000fde9130301'],
      ['Acme-I16', 1, '26:0000fde914040001'],
      ['Acme-Signed', -1, '26:0000fde91506ffffffff'],
      ['Acme-Binary', '0x00', '26:0000fde9160300'],
      ['Other-Text', 'x', '26:0000fdea010378'],
    ],
  },
  {
    of: 'formats of vendors',
    text: [
      'VENDOR Wide 65003 format=2,1\nBEGIN-VENDOR Wide\nATTRIBUTE Wide-A 258 string\nEND-VENDOR Wide',
      'VENDOR Bare 65004 format=4,0\nBEGIN-VENDOR Bare\nATTRIBUTE Bare-A 0x9009 string\nEND-VENDOR Bare',
    ].join('\n'),
    sends: [
      ['Wide-A', 'x', '26:0000fdeb01020478'],
      ['Bare-A', 'x', '26:0000fdec0000900978'],
    ],
  },
]

describe('dictionaries of other servers', () => {
  for (const { of, text, sends } of samples) {
    it(`load with their meaning: ${of}`, () => {
      const dictionary = withOurs(text)
      for (const [name, value, expected, tag] of sends) {
        expect(hex(dictionary, name, value, tag), name).to.equal(expected)
        const [decoded] = dictionary.decode(send(dictionary, name, value, tag))
        expect(decoded?.isKnown, name).to.equal(true)
      }
    })
  }

  const ciphers = [
    ['encrypt=Tunnel-Password', 'encrypt=2'],
    ['encrypt=User-Password', 'encrypt=1'],
    ['encrypt=Ascend-Secret', 'encrypt=3'],
  ] as const
  for (const [word, number] of ciphers) {
    it(`${word} is the cipher of ${number}`, () => {
      const cipher = createAttributeCipher(verifiedRequest())
      const sent = withOurs(acme(`ATTRIBUTE Acme-Key 3 string ${word}`))
      const received = withOurs(acme(`ATTRIBUTE Acme-Key 3 string ${number}`))
      const secret = 'sixteen letters!'
      const attributes = sent.encode({ name: 'Acme-Key', value: secret }, cipher)
      expect(Buffer.from(attributes[0]?.value ?? []).includes(secret)).to.equal(false)
      expect(received.decode(attributes, cipher)[0]).to.deep.include({ value: secret })
    })
  }

  it('a plain dictionary takes neither cipher nor tag away from an attribute of ours', () => {
    const dictionary = withOurs(
      'ATTRIBUTE Tunnel-Password 69 string\nATTRIBUTE Tunnel-Type 64 integer\n',
    )
    expect(hex(dictionary, 'Tunnel-Type', 'VLAN', 3)).to.equal('64:0300000d')
    expect(() => hex(dictionary, 'Tunnel-Password', 'secret')).to.throw('is encrypted')
  })

  it('internal attributes never take the place of one on the wire, and are never sent', () => {
    const dictionary = withOurs(
      'FLAGS internal\nATTRIBUTE Own-Thing 11 string\nFLAGS\nATTRIBUTE Other-Thing 12 integer internal\n',
    )
    for (const name of ['Own-Thing', 'Other-Thing']) {
      expect(() => hex(dictionary, name, '1')).to.throw(`${name} is internal`)
    }
    expect(dictionary.decode([{ type: 11, value: Buffer.from('x') }])[0]?.name).to.equal(
      'Filter-Id',
    )
  })

  const leftOut: readonly (readonly [text: string, kind: string, count: number, line: number])[] = [
    [
      'ATTRIBUTE Blob 1 struct\nMEMBER Size uint8 key\nMEMBER Rest union key=Size\nBEGIN Blob.Rest\nATTRIBUTE Small 1 struct\nMEMBER One uint8\nEND Blob.Rest\nATTRIBUTE Blob-2 2 struct clone=Blob',
      'Attributes of type struct are left out',
      2,
      3,
    ],
    ['ATTRIBUTE Blob 1 group ref=..', 'Attributes of type group are left out', 1, 3],
    ['ATTRIBUTE Blob 1 float32', 'Attributes of type float32 are left out', 1, 3],
    ['ATTRIBUTE Blob 1 custom', 'Attributes of type custom are left out', 1, 3],
    [
      'ATTRIBUTE Blob 1 date precision=milliseconds',
      'Times in other units than seconds are left out',
      1,
      3,
    ],
    [
      'DEFINE Blob tlv\nATTRIBUTE Inner .1 string\nVALUE Inner Foo 1\nSTRUCT Other Blob 3\nMEMBER Size uint8',
      'Attributes without a number of their own (DEFINE, STRUCT) are left out',
      3,
      3,
    ],
    [
      'ALIAS Blob Nobody.Blob',
      'ALIAS lines of attributes that are left out, or that no file has, are left out',
      1,
      3,
    ],
  ]
  for (const [lines, what, count, line] of leftOut) {
    it(`are skipped with one warning a kind: ${what}`, () => {
      const dictionary = withOurs(acme(`${lines}\nATTRIBUTE Acme-Role 9 string`))
      expect(dictionary.skipped).to.have.lengthOf(1)
      expect(dictionary.skipped[0]).to.deep.include({
        ...{ what, count, line, fileName: 'own', name: 'Blob' },
      })
      expect(hex(dictionary, 'Acme-Role', 'x')).to.equal('26:0000fde9090378')
      expect(() => hex(dictionary, 'Blob', 'x')).to.throw(
        `own:3 has Blob, but ${what.charAt(0).toLowerCase()}${what.slice(1)}`,
      )
    })
  }

  it('tell what to write for an attribute that is left out, and for what is inside of it', () => {
    const dictionary = withOurs(acme('ATTRIBUTE Blob 1 struct\nMEMBER Size uint8'))
    expect(dictionary.whyUnknown('Acme.Blob.Size')).to.equal(
      'own:3 has Acme.Blob.Size, but attributes of type struct are left out. You can write it as Attr-26.65001.1 with its bytes, such as 0x0001',
    )
    expect(hex(dictionary, 'Attr-26.65001.1', '0x07')).to.equal('26:0000fde9010307')
  })

  it('other protocols are left out as a whole', () => {
    const dictionary = withOurs(
      'PROTOCOL DHCPv4 2\nBEGIN-PROTOCOL DHCPv4\nATTRIBUTE Boot 1 strange\nBEGIN-TLV Boot\nEND-TLV Boot\nEND-PROTOCOL DHCPv4\nBEGIN-PROTOCOL RADIUS\nATTRIBUTE Own 250 string\nEND-PROTOCOL RADIUS\n',
    )
    expect(dictionary.skipped.map(({ what, name }) => [what, name])).to.deep.equal([
      ['Dictionaries of other protocols are left out', 'DHCPv4'],
    ])
    expect(hex(dictionary, 'Own', 'x')).to.equal('250:78')
  })

  it('values that fit nothing are left out', () => {
    const dictionary = withOurs('VALUE Nothing Foo 1\nVALUE Service-Type Huge 99999999999\n')
    expect(dictionary.skipped.map(({ what, name, line }) => [what, name, line])).to.deep.equal([
      ['VALUE lines of attributes that no file has are left out', 'Nothing', 1],
      ['VALUE lines that do not fit the type of their attribute are left out', 'Huge', 2],
    ])
  })

  it('our own files leave nothing out', () => {
    expect(loadDictionary().skipped).to.deep.equal([])
  })
})
