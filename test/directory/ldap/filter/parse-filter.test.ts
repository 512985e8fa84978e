import { expect } from 'chai'
import { BerWriter } from 'ldapts'
import { toLdapFilter } from '../../../../src/directory/ldap/entries/write-filter.ts'
import {
  FilterError,
  formatFilter,
  parseFilter,
} from '../../../../src/directory/ldap/filter/index.ts'

/** One element of BER, as X.690 8.1 has it for short ones. */
function element(tag: number, ...contents: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(contents.map((each) => Buffer.from(each)))
  return Buffer.concat([Buffer.of(tag, content.length), content])
}
const octets = (content: Buffer | string) => element(0x04, content)
const bytes = (hex: string) => Buffer.from(hex, 'hex')
const ad = '1.2.840.113556.1.4.'

function onTheWire(text: string): string {
  const writer = new BerWriter()
  toLdapFilter(parseFilter(text)).write(writer)
  return writer.buffer.toString('hex')
}

const groups = 'CN=VPN G\u00e4ste,DC=corp'
const encoded: readonly (readonly [string, Buffer, ...string[]])[] = [
  // RFC 4515 4
  ['(cn=Babs Jensen)', element(0xa3, octets('cn'), octets('Babs Jensen'))],
  ['(!(cn=Tim Howes))', element(0xa2, element(0xa3, octets('cn'), octets('Tim Howes')))],
  [
    '(&(objectClass=Person)(|(sn=Jensen)(cn=Babs J*)))',
    element(
      0xa0,
      element(0xa3, octets('objectClass'), octets('Person')),
      element(
        0xa1,
        element(0xa3, octets('sn'), octets('Jensen')),
        element(0xa4, octets('cn'), element(0x30, element(0x80, 'Babs J'))),
      ),
    ),
  ],
  [
    '(o=univ*of*mich*)',
    element(
      0xa4,
      octets('o'),
      element(0x30, element(0x80, 'univ'), element(0x81, 'of'), element(0x81, 'mich')),
    ),
  ],
  ['(seeAlso=CN=a)', element(0xa3, octets('seeAlso'), octets('CN=a'))],
  [
    '(cn:caseExactMatch:=Fred Flintstone)',
    element(
      0xa9,
      element(0x81, 'caseExactMatch'),
      element(0x82, 'cn'),
      element(0x83, 'Fred Flintstone'),
    ),
  ],
  ['(cn:=Betty Rubble)', element(0xa9, element(0x82, 'cn'), element(0x83, 'Betty Rubble'))],
  [
    '(sn:dn:2.4.6.8.10:=Barney Rubble)',
    element(
      0xa9,
      ...[element(0x81, '2.4.6.8.10'), element(0x82, 'sn'), element(0x83, 'Barney Rubble')],
      element(0x84, bytes('ff')),
    ),
  ],
  [
    '(o:dn:=Ace Industry)',
    element(0xa9, element(0x82, 'o'), element(0x83, 'Ace Industry'), element(0x84, bytes('ff'))),
  ],
  [
    '(:1.2.3:=Wilma Flintstone)',
    element(0xa9, element(0x81, '1.2.3'), element(0x83, 'Wilma Flintstone')),
  ],
  [
    '(:DN:2.4.6.8.10:=Dino)',
    element(0xa9, element(0x81, '2.4.6.8.10'), element(0x83, 'Dino'), element(0x84, bytes('ff'))),
  ],
  [
    '(o=Parens R Us \\28for all your parenthetical needs\\29)',
    element(0xa3, octets('o'), octets('Parens R Us (for all your parenthetical needs)')),
  ],
  ['(cn=*\\2A*)', element(0xa4, octets('cn'), element(0x30, element(0x81, '*')))],
  ['(filename=C:\\5cMyFile)', element(0xa3, octets('filename'), octets('C:\\MyFile'))],
  ['(bin=\\00\\00\\00\\04)', element(0xa3, octets('bin'), octets(bytes('00000004')))],
  [
    '(sn=Lu\\c4\\8di\\c4\\87)',
    element(0xa3, octets('sn'), octets('Lu\u010di\u0107')),
    '(sn=Lu\u010di\u0107)',
  ],
  [
    '(1.3.6.1.4.1.1466.0=\\04\\02\\48\\69)',
    element(0xa3, octets('1.3.6.1.4.1.1466.0'), octets(bytes('04024869'))),
  ],
  // Of Active Directory.
  [
    `(!(userAccountControl:${ad}803:=2))`,
    element(
      0xa2,
      element(
        0xa9,
        element(0x81, `${ad}803`),
        element(0x82, 'userAccountControl'),
        element(0x83, '2'),
      ),
    ),
  ],
  [
    `(memberOf:${ad}1941:=CN=VPN G\\c3\\a4ste,DC=corp)`,
    element(0xa9, element(0x81, `${ad}1941`), element(0x82, 'memberOf'), element(0x83, groups)),
    `(memberOf:${ad}1941:=${groups})`,
  ],
  [
    '(objectGUID=\\90\\39\\5f\\19\\1a\\b5\\1b\\4a\\9e\\96\\86\\c6\\6c\\b1\\8d\\11)',
    element(0xa3, octets('objectGUID'), octets(bytes('90395f191ab51b4a9e9686c66cb18d11'))),
  ],
  [
    '(memberOf=CN=Doe\\5c, John,DC=corp)',
    element(0xa3, octets('memberOf'), octets('CN=Doe\\, John,DC=corp')),
  ],
  // Bytes that are not UTF-8, in every kind of comparison.
  ['(x>=\\ff\\80)', element(0xa5, octets('x'), octets(bytes('ff80')))],
  ['(x<=\\ff)', element(0xa6, octets('x'), octets(bytes('ff')))],
  ['(x~=\\ff)', element(0xa8, octets('x'), octets(bytes('ff')))],
  [
    '(x=\\ff*\\fe*\\fd)',
    element(
      0xa4,
      octets('x'),
      element(
        0x30,
        element(0x80, bytes('ff')),
        element(0x81, bytes('fe')),
        element(0x82, bytes('fd')),
      ),
    ),
  ],
  ['(x:=\\ff)', element(0xa9, element(0x82, 'x'), element(0x83, bytes('ff')))],
  ['(mail=*)', element(0x87, 'mail')],
  ['(cn;lang-de=x)', element(0xa3, octets('cn;lang-de'), octets('x'))],
  // Other spellings of the same.
  [
    'uid=alice',
    element(0xa3, octets('uid'), octets('alice')),
    ' ( uid = alice ) ',
    '(uid=\nalice\n)',
  ],
  [
    '(&(a=b)(!(c=d)))',
    element(
      0xa0,
      element(0xa3, octets('a'), octets('b')),
      element(0xa2, element(0xa3, octets('c'), octets('d'))),
    ),
    ...['&(a=b)(!(c=d))', '(& (a=b)\n  (! (c=d) )\n)', '( &(a=b)(!c=d))', '&(a=b)(! c = d )'],
  ],
  ['(a=b c)', element(0xa3, octets('a'), octets('b c')), '(a=  b c )'],
  ['(a=\\20b\\20)', element(0xa3, octets('a'), octets(' b '))],
  ['(a=\\28\\2a\\29\\5c)', element(0xa3, octets('a'), octets('(*)\\')), '(a=\\(\\*\\)\\\\)'],
  [
    '(a= b * c )',
    element(0xa4, octets('a'), element(0x30, element(0x80, 'b '), element(0x82, ' c'))),
  ],
  ['(a=* *)', element(0xa4, octets('a'), element(0x30, element(0x81, ' ')))],
  ['(a=**)', element(0x87, 'a'), '(a= * )'],
  ['(a=b**c)', element(0xa4, octets('a'), element(0x30, element(0x80, 'b'), element(0x82, 'c')))],
]

describe('a filter of the configuration', () => {
  for (const [text, expected, ...others] of encoded) {
    for (const spelling of [text, ...others]) {
      it(`sends ${JSON.stringify(spelling)} to the byte`, () => {
        expect(onTheWire(spelling)).to.equal(expected.toString('hex'))
        expect(onTheWire(formatFilter(parseFilter(spelling)))).to.equal(expected.toString('hex'))
      })
    }
  }

  it('shows in logs as it is parsed, whatever its kind', () => {
    const text = '(&(a=b)(c>=\\ff)(d=e*f)(g:dn:=h)(!(i~=j)))'
    expect(toLdapFilter(parseFilter(text)).toString()).to.equal(text)
  })

  /** [text, where, what it says] */
  const refused: readonly (readonly [string, number, RegExp])[] = [
    ['', 0, /write one/],
    ['  \n ', 4, /write one/],
    ['()', 1, /empty/],
    ['(&)', 1, /nothing after/],
    ['(!)', 2, /empty/],
    ['(a=b', 0, /\) is missing/],
    ['(&(a=b)(c=d)', 0, /\) is missing/],
    ['a=b)', 3, /closes nothing/],
    ['(a=b))', 5, /closes nothing/],
    ['(a=b)(c=d)', 5, /\(&\(…\)\(…\)\)/],
    ['(a=b) or (c=d)', 6, /\(&\(…\)\(…\)\)/],
    ['((a=b))', 1, /operator is missing/],
    ['(&a=b)', 2, /is in \( \)/],
    ['(&(a=b)c=d)', 7, /belongs here/],
    ['(!(a=b)(c=d))', 7, /one filter only/],
    ['(!!(a=b))', 2, /\(!\(…\)\)/],
    ['(a)', 1, /attribute=value/],
    ['department', 0, /attribute=value/],
    ['(=b)', 1, /name of an attribute is missing/],
    ['(a b=c)', 1, /not the name/],
    ['(-a=c)', 1, /not the name/],
    ['(ä=c)', 1, /not the name/],
    ['(a=)', 3, /\* for any value/],
    ['(a>=)', 4, /value is missing/],
    ['(a==b)', 3, /one = is enough/],
    ['(a!=b)', 2, /\(!\(attribute=value\)\)/],
    ['(a<5)', 2, /write <=/],
    ['(a>5)', 2, /write >=/],
    ['(a~5)', 2, /~=/],
    ['(a="b c")', 3, /no quotes/],
    ['(a=b(c)', 4, /\\28 and \\29/],
    ['(a=b (c))', 5, /\\28 and \\29/],
    ['(a=b\\)', 0, /\) is missing/],
    ['(a=b\\zz)', 4, /\\5cz/],
    ['(a=b\\c)', 4, /\\5cc/],
    ['(a=b\\4)', 4, /two hex digits/],
    ['(a>=b*)', 5, /\\2a/],
    ['(a:=b*)', 5, /\\2a/],
    ['(a=b\nc)', 4, /\\0a/],
    ['(a=b\u0000)', 4, /\\00/],
    ['(a=\ud800)', 3, /half a character/],
    ['(:=b)', 1, /must come before/],
    ['(:dn:=b)', 1, /must come before/],
    ['(a::=b)', 1, /attribute:rule:=value/],
    ['(a:x:y:=b)', 1, /attribute:rule:=value/],
    [`${'(!'.repeat(60)}(a=b)${')'.repeat(60)}`, 102, /50 deep/],
    // What no server finds in an attribute of DNs.
    ['(memberOf=VPN Users)', 10, /not names of groups/],
    ['(!(memberOf=CN=VPN*))', 12, /take no \*/],
    ['(memberOf=CN=Doe\\2c John,DC=corp)', 10, /\\5c,/],
    ['(memberOf=CN=Doe\\, John,DC=corp)', 16, /\\5c,/],
    [`(memberOf:${ad}1941:=staff)`, 35, /holds DNs/],
  ]
  for (const [text, at, says] of refused) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
      const error = errorOf(text)
      expect(error.message).to.match(says)
      expect(error.at, 'place').to.equal(at)
    })
  }
})

function errorOf(text: string): FilterError {
  try {
    parseFilter(text)
  } catch (error) {
    if (error instanceof FilterError) return error
    throw error
  }
  throw new Error(`taken: ${text}`)
}
