import { expect } from 'chai'
import {
  type AccessList,
  mayWrite,
  readAccessList,
} from '../../../../src/directory/ldap/entries/access-list.ts'
import { formatGuid } from '../../../../src/directory/ldap/entries/guid.ts'

/** Of mobile, and of its property set Personal-Information, as they appear in an access list. */
const mobile = 'a3fff8f0' + '9111' + 'd011' + 'a060' + '00aa006c33ed'
const personal = '86b8b577' + '4a94' + 'd111' + 'aebd' + '0000f80367c1'
const photo = '00112233445566778899aabbccddeeff'
const types = new Set([mobile, personal].map((hex) => formatGuid(Buffer.from(hex, 'hex'))))

const self = '01010000000000050a000000'
const everyone = '010100000000000100000000'
const admins = '01020000000000052000000020020000'
const sids = new Set(['S-1-5-10', 'S-1-1-0'])
const writeProperty = '20000000'
const readProperty = '10000000'

const number = (value: number) => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes.toString('hex')
}
/** An entry (MS-DTYP 2.4.4.1): `body` is everything after its header. */
const entry = (type: string, body: string, flags = '00') =>
  `${type}${flags}${number(4 + body.length / 2)}${body}`
const plain = (type: string, sid: string, mask = writeProperty, flags = '00') =>
  entry(type, mask + sid, flags)
/** About one attribute or property set. */
const about = (type: string, guid: string, sid: string, mask = writeProperty, flags = '00') =>
  entry(type, `${mask}01000000${guid}${sid}`, flags)
const [allows, denies, allowsObject, deniesObject] = ['00', '01', '05', '06'] as const

const list = (...entries: readonly string[]) => {
  const body = entries.join('')
  return `0400${number(8 + body.length / 2)}${number(entries.length)}0000${body}`
}
/** A self-relative descriptor with this list and nothing else (MS-DTYP 2.4.6). */
const descriptor = (acl: string, control = '0480', offset = '14000000') =>
  Buffer.from(`0100${control}000000000000000000000000${offset}${acl}`, 'hex')

function isOpen(...entries: readonly string[]): boolean {
  const read = readAccessList(descriptor(list(...entries)))
  if (read === undefined) throw new Error('not read')
  return mayWrite(read, sids, types)
}

describe('the access list of a user (MS-DTYP 2.4.6)', () => {
  it('is read entry by entry', () => {
    const both = entry(deniesObject, `${writeProperty}03000000${mobile}${photo}${self}`)
    const read = readAccessList(
      descriptor(
        list(both, plain(allows, admins, 'ff010f00'), about('05', personal, self, '30000000')),
      ),
    )
    const effect = { isConditional: false }
    const expected: AccessList = [
      {
        ...{ allows: false, ...effect, mask: 0x20, sid: 'S-1-5-10' },
        objectType: 'f0f8ffa3-1191-11d0-a060-00aa006c33ed',
      },
      { allows: true, ...effect, mask: 0xf01ff, sid: 'S-1-5-32-544' },
      {
        ...{ allows: true, ...effect, mask: 0x30, sid: 'S-1-5-10' },
        objectType: '77b5b886-944a-11d1-aebd-0000f80367c1',
      },
    ]
    expect(read).to.deep.equal(expected)
  })

  it('leaves out what is inherited only, what is audited, and kinds that are not known', () => {
    const entries = [
      plain(allows, self, writeProperty, '0a'),
      plain('02', self),
      plain('11', self),
      plain('ff', ''),
    ]
    expect(readAccessList(descriptor(list(...entries)))).to.deep.equal([])
  })

  it('that is not there lets everyone in', () => {
    for (const absent of [
      descriptor('', '0080'),
      descriptor('', '0480', '00000000'),
      descriptor('', '0080', 'ffffffff'),
    ]) {
      expect(readAccessList(absent)).to.equal('everything')
    }
    expect(mayWrite('everything', new Set(), new Set())).to.equal(true)
    expect(mayWrite([], sids, types), 'an empty one lets no one in').to.equal(false)
  })

  it('is undefined where bytes are missing or point elsewhere, wherever they are cut', () => {
    const whole = descriptor(
      list(about(allowsObject, personal, self), plain(denies, everyone), about('06', mobile, self)),
    )
    expect(readAccessList(whole)).to.have.length(3)
    for (let length = 0; length < whole.length; length += 1) {
      expect(readAccessList(whole.subarray(0, length)), String(length)).to.equal(undefined)
    }
    const wrong: readonly (readonly [string, Buffer])[] = [
      ['another revision', Buffer.concat([Buffer.of(2), whole.subarray(1)])],
      ['not self-relative', descriptor(list(), '0400')],
      ['a list in the header', descriptor(list(), '0480', '04000000')],
      ['a list behind the end', descriptor(list(), '0480', 'f0ffffff')],
      ['a list of no bytes', descriptor('0400000000000000')],
      ['fewer entries than it says', descriptor('040008000500 0000'.replace(' ', ''))],
      ['an entry without a header', descriptor('04000a0001000000' + '0000')],
      ['an entry of no bytes', descriptor(list('00000000'))],
      ['an entry longer than the list', descriptor(list('0000ff00'))],
      ['an entry without a mask', descriptor(list(entry(allows, '2000')))],
      ['an entry without its GUID', descriptor(list(entry('05', `${writeProperty}0300000011`)))],
      ['an entry without a SID', descriptor(list(plain(allows, '')))],
      ['a SID of another revision', descriptor(list(plain(allows, `02${self.slice(2)}`)))],
      ['a SID that is cut', descriptor(list(plain(allows, '01ff0000000000050a000000')))],
    ]
    for (const [what, bytes] of wrong) {
      expect(readAccessList(bytes), what).to.equal(undefined)
    }
  })

  it('never throws, whatever its bytes are', () => {
    const whole = descriptor(list(about('05', personal, self), about('0b', mobile, everyone)))
    for (let at = 0; at < whole.length; at += 1) {
      for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
        const changed = Buffer.from(whole)
        changed[at] = value
        const read = readAccessList(changed)
        if (read !== undefined) expect(mayWrite(read, sids, types)).to.be.a('boolean')
      }
    }
  })
})

describe('whether a user may write an attribute (MS-DTYP 2.5.3.2)', () => {
  it('by the attribute, its property set, or all of them', () => {
    expect(isOpen(about(allowsObject, mobile, self))).to.equal(true)
    expect(isOpen(about(allowsObject, personal, self)), 'the default of Windows').to.equal(true)
    expect(isOpen(plain(allows, self)), 'all properties').to.equal(true)
    expect(isOpen(plain(allows, self, '00000010')), 'generic all').to.equal(true)
    expect(isOpen(plain(allows, everyone, '00000040')), 'generic write').to.equal(true)
    expect(isOpen(entry(allowsObject, `${writeProperty}00000000${self}`))).to.equal(true)
  })

  it('not by another attribute, another right or for others', () => {
    expect(isOpen()).to.equal(false)
    expect(isOpen(about(allowsObject, photo, self))).to.equal(false)
    expect(isOpen(about(allowsObject, mobile, self, readProperty))).to.equal(false)
    expect(isOpen(plain(allows, admins, 'ff010f00'))).to.equal(false)
    expect(isOpen(about(allowsObject, personal, self, writeProperty, '0a'))).to.equal(false)
  })

  it('unless a denial comes first', () => {
    const allowed = about(allowsObject, personal, self)
    expect(isOpen(about(deniesObject, mobile, self), allowed)).to.equal(false)
    expect(isOpen(about(deniesObject, personal, everyone), allowed)).to.equal(false)
    expect(isOpen(plain(denies, self), allowed)).to.equal(false)
    expect(isOpen(allowed, about(deniesObject, mobile, self)), 'comes second').to.equal(true)
    expect(isOpen(about(deniesObject, photo, self), allowed), 'of another').to.equal(true)
    expect(isOpen(about(deniesObject, mobile, admins), allowed), 'for others').to.equal(true)
    expect(isOpen(about(deniesObject, mobile, self, readProperty), allowed)).to.equal(true)
  })

  it('under a condition that is not read: it lets, and denies nothing', () => {
    expect(isOpen(plain('09', `${self}61727478`))).to.equal(true)
    expect(isOpen(about('0b', mobile, `${self}61727478`))).to.equal(true)
    const allowed = plain(allows, self)
    expect(isOpen(plain('0a', `${self}61727478`), allowed)).to.equal(true)
    expect(isOpen(about('0c', mobile, `${self}61727478`), allowed)).to.equal(true)
  })
})
