import type { NamedAttribute } from '../../src/radius/index.ts'
import { hex } from '../radius/hex.ts'

/** Attributes as bytes and as the dictionary names them; both directions must agree. */
export type AttributeVector = {
  readonly name: string
  readonly source: string
  readonly bytes: string
  readonly decoded: readonly NamedAttribute[]
  /** Made by others in a way we understand but would not choose. */
  readonly decodeOnly?: true
}

/** Dictionary lines the vectors need beyond our own files. */
export const vectorDictionary = `
ATTRIBUTE  Vector-Text-241       241.1  string
ATTRIBUTE  Vector-Tlv-241        241.2  tlv
ATTRIBUTE  Vector-Tlv-Number     241.2.1  short
ATTRIBUTE  Vector-Nested         241.2.2  tlv
ATTRIBUTE  Vector-Nested-Text    241.2.2.3  string
ATTRIBUTE  Vector-Text-245       245.1  string
VENDOR     Vector                1
BEGIN-VENDOR  Vector  format=Extended-Vendor-Specific-1
ATTRIBUTE  Vector-Evs-241        4  string
END-VENDOR  Vector
BEGIN-VENDOR  Vector  format=Extended-Vendor-Specific-5
ATTRIBUTE  Vector-Evs-245        4  string
END-VENDOR  Vector
BEGIN-VENDOR  Vector
ATTRIBUTE  Vector-Signed         1  signed
ATTRIBUTE  Vector-Ether          2  ether
ATTRIBUTE  Vector-Ifid           3  ifid
ATTRIBUTE  Vector-Ipv4prefix     4  ipv4prefix
ATTRIBUTE  Vector-Combo          5  combo-ip
ATTRIBUTE  Vector-Byte           6  byte
ATTRIBUTE  Vector-Long           7  integer64
END-VENDOR  Vector
`

const x = 'x'.repeat(251)
const y = 'y'.repeat(20)
const mppe = 'a'.repeat(246)

export const attributeVectors: readonly AttributeVector[] = [
  {
    name: 'extended text',
    source: 'RFC 6929 section 2.1',
    bytes: 'f106 01 626f62',
    decoded: [{ name: 'Vector-Text-241', value: 'bob' }],
  },
  {
    name: 'TLV in an extended attribute',
    source: 'RFC 6929 section 2.3',
    bytes: 'f107 02 0104 2345',
    decoded: [{ name: 'Vector-Tlv-241', value: [{ name: 'Vector-Tlv-Number', value: 0x2345 }] }],
  },
  {
    name: 'TLV in a TLV, and one that is unknown',
    source: 'RFC 6929 section 2.3',
    bytes: 'f10d 02 0207 0305 626f62 0903 ff',
    decoded: [
      {
        name: 'Vector-Tlv-241',
        value: [
          { name: 'Vector-Nested', value: [{ name: 'Vector-Nested-Text', value: 'bob' }] },
          { name: 'Attr-241.2.9', value: hex('ff') },
        ],
      },
    ],
  },
  {
    name: 'extended vendor-specific',
    source: 'RFC 6929 section 2.4',
    bytes: 'f10c 1a 00000001 04 74657374',
    decoded: [{ name: 'Vector-Evs-241', value: 'test' }],
  },
  {
    name: 'long extended text',
    source: 'RFC 6929 section 2.2',
    bytes: 'f507 01 00 626f62',
    decoded: [{ name: 'Vector-Text-245', value: 'bob' }],
  },
  {
    name: 'long extended vendor-specific',
    source: 'RFC 6929 section 2.4',
    bytes: 'f50d 1a 00 00000001 04 74657374',
    decoded: [{ name: 'Vector-Evs-245', value: 'test' }],
  },
  {
    name: 'long extended text in two pieces',
    source: 'RFC 6929 section 2.2',
    bytes: `f5ff 01 80 ${'78'.repeat(251)} f518 01 00 ${'79'.repeat(20)}`,
    decoded: [{ name: 'Vector-Text-245', value: x + y }],
  },
  {
    name: 'USR, four-octet type, no length',
    source: 'vendor 429',
    bytes: '1a0e 000001ad 0000bfbe 000004d2',
    decoded: [{ name: 'USR-Event-Id', value: 1234 }],
  },
  {
    name: 'Lucent, two-octet type',
    source: 'vendor 4846',
    bytes: '1a0d 000012ee 0002 07 00000001',
    decoded: [{ name: 'Lucent-Max-Shared-Users', value: 1 }],
  },
  {
    name: 'Starent, two-octet type and length',
    source: 'vendor 8164',
    bytes: '1a0d 00001fe4 0002 0007 666f6f',
    decoded: [{ name: 'SN-VPN-Name', value: 'foo' }],
  },
  {
    name: 'WiMAX, continuation octet and TLV',
    source: 'vendor 24757',
    bytes: '1a0e 000060b5 01 08 00 01 05 312e30',
    decoded: [{ name: 'WiMAX-Capability', value: [{ name: 'WiMAX-Release', value: '1.0' }] }],
  },
  {
    name: 'WiMAX, a value in two pieces',
    source: 'vendor 24757',
    bytes: `1aff 000060b5 99 f9 80 ${'61'.repeat(246)} 1a0b 000060b5 99 05 00 6262`,
    decoded: [{ name: 'Attr-26.24757.153', value: Buffer.from(`${mppe}bb`) }],
  },
  {
    name: 'WiMAX, a first piece without its next, as the one after it holds two sub-attributes',
    source: 'vendor 24757',
    bytes: '1a0b 000060b5 99 05 80 6262 1a10 000060b5 99 05 00 6161 99 05 00 6363',
    decoded: [
      { name: 'Attr-26', value: hex('000060b5 99 05 80 6262') },
      { name: 'Attr-26.24757.153', value: hex('6161') },
      { name: 'Attr-26.24757.153', value: hex('6363') },
    ],
    decodeOnly: true,
  },
  {
    name: 'two sub-attributes in one Vendor-Specific',
    source: 'RFC 2865 section 5.26',
    bytes: '1a10 00000009 0105 613d62 0205 657468',
    decoded: [
      { name: 'Cisco-AVPair', value: 'a=b' },
      { name: 'Cisco-NAS-Port', value: 'eth' },
    ],
    decodeOnly: true,
  },
  {
    name: 'sub-attribute 0',
    source: 'vendor 8744',
    bytes: '1a0b 00002228 0005 613d62',
    decoded: [{ name: 'Colubris-AVPair', value: 'a=b' }],
  },
  {
    name: 'IPv6 prefix ::/0',
    source: 'RFC 3162 section 2.3',
    bytes: '6104 0000',
    decoded: [{ name: 'Framed-IPv6-Prefix', value: '::/0' }],
  },
  {
    name: 'IPv6 prefix, no more octets than needed',
    source: 'RFC 3162 section 2.3',
    bytes: '6109 0028 20010db8ff',
    decoded: [{ name: 'Framed-IPv6-Prefix', value: '2001:db8:ff00::/40' }],
  },
  {
    name: 'IPv6 prefix with all 16 octets',
    source: 'RFC 3162 section 2.3',
    bytes: '6114 0020 20010db8000000000000000000000000',
    decoded: [{ name: 'Framed-IPv6-Prefix', value: '2001:db8::/32' }],
    decodeOnly: true,
  },
  {
    name: 'IPv6 address',
    source: 'RFC 3162 section 2.1',
    bytes: '5f12 20010db8000000000001000000000001',
    decoded: [{ name: 'NAS-IPv6-Address', value: '2001:db8::1:0:0:1' }],
  },
  {
    name: 'interface identifier',
    source: 'RFC 3162 section 2.2',
    bytes: '600a 00010002000300ff',
    decoded: [{ name: 'Framed-Interface-Id', value: '0001:0002:0003:00ff' }],
  },
  {
    name: 'all other data types',
    source: 'RFC 8044 section 3',
    bytes: `1a0c 00000001 0106 ffffffff  1a0e 00000001 0208 aabbccddeeff  1a10 00000001 030a 0001000200030004
      1a0e 00000001 0408 00080a000000  1a0c 00000001 0506 0a000001  1a18 00000001 0512 20010db8000000000000000000000001
      1a09 00000001 0603 ff  1a10 00000001 070a ffffffffffffffff  3706 67000000`,
    decoded: [
      { name: 'Vector-Signed', value: -1 },
      { name: 'Vector-Ether', value: 'aa:bb:cc:dd:ee:ff' },
      { name: 'Vector-Ifid', value: '0001:0002:0003:0004' },
      { name: 'Vector-Ipv4prefix', value: '10.0.0.0/8' },
      { name: 'Vector-Combo', value: '10.0.0.1' },
      { name: 'Vector-Combo', value: '2001:db8::1' },
      { name: 'Vector-Byte', value: 255 },
      { name: 'Vector-Long', value: 0xffffffffffffffffn },
      { name: 'Event-Timestamp', value: 0x67000000 },
    ],
  },
  {
    name: 'tagged number',
    source: 'RFC 2868 section 3.1',
    bytes: '4006 01 000001',
    decoded: [{ name: 'Tunnel-Type', value: 1, tag: 1 }],
  },
  {
    name: 'number whose first octet is no tag',
    source: 'RFC 2868 section 3.1',
    bytes: '4006 20 000001',
    decoded: [{ name: 'Attr-64', value: hex('20000001') }],
  },
  {
    name: 'VLAN 42',
    source: 'RFC 3580 section 3.31',
    bytes: '4006 0000000d 4106 00000006 5104 3432',
    decoded: [
      { name: 'Tunnel-Type', value: 13, tag: 0 },
      { name: 'Tunnel-Medium-Type', value: 6, tag: 0 },
      { name: 'Tunnel-Private-Group-Id', value: '42' },
    ],
  },
  {
    name: 'tagged text',
    source: 'RFC 2868 section 3.6',
    bytes: '5105 01 3432',
    decoded: [{ name: 'Tunnel-Private-Group-Id', value: '42', tag: 1 }],
  },
  {
    name: 'EAP-Message in two pieces',
    source: 'RFC 3579 section 3.1',
    bytes: `4fff ${'aa'.repeat(253)} 4f04 bbbb`,
    decoded: [
      { name: 'EAP-Message', value: Buffer.concat([Buffer.alloc(253, 0xaa), hex('bbbb')]) },
    ],
  },
  {
    name: 'empty values that mean something',
    source: 'RFC 4372 section 2.2, RFC 3579 section 2.1',
    bytes: '5902 4f02',
    decoded: [
      { name: 'Chargeable-User-Identity', value: hex('') },
      { name: 'EAP-Message', value: hex('') },
    ],
  },
  {
    name: 'MS-CHAPv2, RFC 2759 section 9.2',
    source: 'RFC 2548 section 2.1 and 2.3',
    bytes: `1a18 00000137 0b12 5b5d7c7d7b3f2f3e3c2c602132262628
      1a3a 00000137 1934 0100 21402324255e262a28295f2b3a337c7e 0000000000000000 82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df
      1a33 00000137 1a2d 01 533d ${Buffer.from('407A5589115FD0D6209F510FE9C04566932CDA56').toString('hex')}`,
    decoded: [
      { name: 'MS-CHAP-Challenge', value: hex('5b5d7c7d7b3f2f3e3c2c602132262628') },
      {
        name: 'MS-CHAP2-Response',
        value: hex(
          '010021402324255e262a28295f2b3a337c7e000000000000000082309ecd8d708b5ea08faa3981cd83544233114a3d85d6df',
        ),
      },
      {
        name: 'MS-CHAP2-Success',
        value: Buffer.from('\x01S=407A5589115FD0D6209F510FE9C04566932CDA56'),
      },
    ],
  },
]

/** What does not fit stays as it is: the bytes come out under the number, and go back to the same bytes. */
export const oddAttributes: readonly { name: string; bytes: string; names: readonly string[] }[] = [
  { name: 'unknown type', bytes: 'c0050a0b0c', names: ['Attr-192'] },
  { name: 'unknown type, empty', bytes: 'c002', names: ['Attr-192'] },
  { name: 'unknown vendor', bytes: '1a0a 0000ffff 0104 abcd', names: ['Attr-26.65535.1'] },
  {
    name: 'unknown type of a known vendor',
    bytes: '1a0a 00000009 fa04 abcd',
    names: ['Attr-26.9.250'],
  },
  { name: 'vendor framing too long', bytes: '1a0a 00000009 0105 abcd', names: ['Attr-26'] },
  { name: 'vendor framing too short', bytes: '1a0a 00000009 0103 abcd', names: ['Attr-26'] },
  { name: 'vendor length 0', bytes: '1a0a 00000009 0100 abcd', names: ['Attr-26'] },
  { name: 'vendor without sub-attribute', bytes: '1a06 00000009', names: ['Attr-26'] },
  { name: 'vendor cut short', bytes: '1a05 000000', names: ['Attr-26'] },
  { name: 'Vendor-Specific, empty', bytes: '1a02', names: ['Attr-26'] },
  { name: 'number of 3 octets', bytes: '0605 000001', names: ['Attr-6'] },
  { name: 'number of 5 octets', bytes: '0607 0000000001', names: ['Attr-6'] },
  { name: 'address of 5 octets', bytes: '0407 0a00000101', names: ['Attr-4'] },
  { name: 'text that is no UTF-8', bytes: '0104 fffe', names: ['Attr-1'] },
  { name: 'CHAP-Password of 16 octets', bytes: `0312 ${'00'.repeat(16)}`, names: ['Attr-3'] },
  { name: 'IPv6 prefix length 129', bytes: '6104 0081', names: ['Attr-97'] },
  { name: 'IPv6 prefix, reserved octet set', bytes: '6104 0100', names: ['Attr-97'] },
  { name: 'IPv6 prefix, bits behind the length', bytes: '6105 0004 ff', names: ['Attr-97'] },
  { name: 'IPv6 prefix, octets missing', bytes: '6105 0010 20', names: ['Attr-97'] },
  { name: 'IPv6 prefix, 17 octets', bytes: `6115 0080 ${'00'.repeat(17)}`, names: ['Attr-97'] },
  { name: 'extended, empty', bytes: 'f102', names: ['Attr-241'] },
  { name: 'long extended without flags', bytes: 'f503 01', names: ['Attr-245'] },
  {
    name: 'long extended, More but not full, then a last piece',
    bytes: 'f505 01 80 61 f505 01 00 62',
    names: ['Attr-245', 'Vector-Text-245'],
  },
  { name: 'long extended, More but not full', bytes: 'f505 01 80 61', names: ['Attr-245'] },
  {
    name: 'long extended, More and no end',
    bytes: `f5ff 01 80 ${'61'.repeat(251)}`,
    names: ['Attr-245'],
  },
  {
    name: 'long extended, More and something else in between',
    bytes: `f5ff 01 80 ${'61'.repeat(251)} c002 f505 01 00 61`,
    names: ['Attr-245', 'Attr-192', 'Vector-Text-245'],
  },
  { name: 'extended vendor-specific, cut short', bytes: 'f106 1a 000000', names: ['Attr-241.26'] },
  {
    name: 'extended vendor-specific, unknown',
    bytes: 'f109 1a 0000ffff 01 61',
    names: ['Attr-241.26.65535.1'],
  },
  { name: 'TLV past its end', bytes: 'f107 02 0105 2345', names: ['Attr-241.2'] },
  { name: 'TLV of length 1', bytes: 'f107 02 0101 2345', names: ['Attr-241.2'] },
  { name: 'TLV, empty', bytes: 'f103 02', names: ['Attr-241.2'] },
  { name: 'WiMAX, More and no end', bytes: '1a0b 000060b5 01 05 80 6262', names: ['Attr-26'] },
  { name: 'tagged text, empty', bytes: '5102', names: ['Attr-81'] },
  { name: 'tagged number, empty', bytes: '4002', names: ['Attr-64'] },
  { name: 'encrypted, without the cipher', bytes: `0212 ${'00'.repeat(16)}`, names: ['Attr-2'] },
  {
    name: 'tagged and encrypted, without the cipher',
    bytes: `4514 01 8001 ${'00'.repeat(15)}`,
    names: ['Attr-69'],
  },
]
